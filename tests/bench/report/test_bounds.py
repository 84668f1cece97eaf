"""What the report says of controls, disturbed rounds, the time of a task and the cost of trust."""

from pathlib import Path

import pytest

from tests.bench.report.runs import FOR_PEOPLE, controlled, usual
from tests.bench.synthetic import (
    MS,
    computing,
    null,
    record,
    scenario,
    shaken,
    summary,
    target,
    whole,
)
from waitbench.analysis.comparison import Comparison, Methods, Summary
from waitbench.findings import find_all
from waitbench.report import environment, methods, phases, prose, remarks, render, tables
from waitbench.report.formats import terminal

FIRED = "The harness saw a difference where there is none"


def first(made: Summary) -> tuple[Comparison, Methods]:
    return made.scenarios[0], made.methods


@pytest.mark.parametrize("ratio", [1.2, 1 / 1.2])
def test_a_control_that_fires_is_the_first_thing_said(tmp_path: Path, ratio: float) -> None:
    made = summary(tmp_path, *whole(), *null(ratio), interrupted=True)
    assert prose.alerts(made)[0].startswith(f"{FIRED}: sync against itself (compute-n4-c1)")
    assert "Do not trust close calls in this run" in prose.alerts(made)[0]
    assert terminal.render(made, []).startswith(f"! {FIRED}")


def test_a_control_that_stays_silent_is_one_line_in_the_methods(tmp_path: Path) -> None:
    made = summary(tmp_path, *whole(), *null(1.0))
    assert not any(FIRED in alert for alert in prose.alerts(made))
    sentence = (
        "Control: sync against itself (compute-n4-c1): 1.00 [1.00, 1.00] times as fast, same."
    )
    assert sentence in methods.methods(made)


def test_a_control_that_failed_is_said_so(tmp_path: Path) -> None:
    sync, again = null()
    made = summary(tmp_path, sync, again | {"rounds": [], "failure": "no memory"})
    assert "sync against itself (compute-n4-c1) gave nothing to compare." in methods.methods(made)
    assert any("sync-again in compute-n4-c1" in alert for alert in prose.alerts(made))


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_the_control_has_no_table_of_its_own(tmp_path: Path, form: str) -> None:
    made = usual(tmp_path)
    assert render(form, made, find_all(made)).count("compute-n4-c1") == 1
    assert "sync-again" not in render(form, made, find_all(made))


def test_a_control_contestant_is_named_as_one(tmp_path: Path) -> None:
    assert (
        "asyncio_serial is a control (the client library alone: aiohttp one at a time): "
        "it cannot win." in remarks.remarks(*first(controlled(tmp_path)))
    )


def test_a_table_with_many_disturbed_rounds_says_so(tmp_path: Path) -> None:
    made = controlled(tmp_path)
    # Two of the four contestants ran 12 + 3 rounds, sync too; three more were not run again.
    sentence = "12 of 57 rounds ran beside other work; 9 of them left out."
    assert sentence in remarks.remarks(*first(made))
    assert not any("beside other work" in alert for alert in prose.alerts(made))


def test_few_disturbed_rounds_are_no_remark(tmp_path: Path) -> None:
    made = summary(tmp_path, record(scenario(), "sync", shaken(1600), disturbed={(0, 0), (1, 0)}))
    assert remarks.remarks(*first(made)) == []
    assert "Rounds beside other work: 2 of 12." in methods.methods(made)


LOUD = {(launch, block) for launch in range(3) for block in range(3)}


def test_a_run_that_suffered_as_a_whole_says_so_once_and_at_the_top(tmp_path: Path) -> None:
    made = summary(tmp_path, record(scenario(), "sync", shaken(1600), disturbed=LOUD))
    (alert,) = prose.alerts(made)
    assert alert == (
        "Most of this run ran beside other work (9 of 12 rounds): close calls may be its doing. "
        "Close what else runs and run again."
    )
    assert remarks.remarks(*first(made)) == []


def test_the_same_advice_is_not_given_twice(tmp_path: Path) -> None:
    busy = {"code": "busy-machine", "text": "busy", "advice": "close what else runs"}
    loud = record(scenario(), "sync", shaken(1600), disturbed=LOUD)
    alerts = prose.alerts(summary(tmp_path, loud, warnings=[busy]))
    assert alerts == [
        "Busy. Close what else runs.",
        "Most of this run ran beside other work (9 of 12 rounds).",
    ]


# where the time went

PARTS_MS = (1.0, 0.5, 0.0, 50.0, 0.01, 0.49, 0.0)


def split(folder: Path) -> Summary:
    """An asyncio that was taken apart, and a sync that was not."""
    return summary(
        folder,
        record(scenario(), "sync", shaken(1600), stats=target()),
        record(scenario(), "asyncio", shaken(52), stats=target(), phases_ms=PARTS_MS),
    )


def test_parts_that_say_nothing_have_no_column(tmp_path: Path) -> None:
    columns = phases.columns(split(tmp_path).scenarios[0])
    assert [(column.head, column.cells) for column in columns] == [
        ("model", ("sync", "asyncio")),
        ("waiting", ("-", "1.00")),
        ("sending", ("-", "0.50")),
        ("latency", ("-", "50.0")),
        ("receiving", ("-", "0.49")),
        ("in all", ("-", "52.0")),
    ]


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_a_table_says_what_share_of_a_task_waits(tmp_path: Path, form: str) -> None:
    """A round of 32 tasks in 1600 ms with 400 ms on a core: a task computes for a quarter of it."""
    made = summary(tmp_path, record(scenario(), "sync", [[1600 * MS] * 4], cpu_ms=400))
    assert made.scenarios[0].computing == pytest.approx(0.25)
    assert "ideal 50 ms; 75 % waiting" in render(form, made, find_all(made))


def test_children_may_compute_for_longer_than_the_task_takes(tmp_path: Path) -> None:
    made = summary(tmp_path, record(computing(), "sync", [[100 * MS] * 4], cpu_ms=190))
    assert made.scenarios[0].computing == 1
    assert tables.title(made.scenarios[0]).endswith("; 100 % computing")


@pytest.mark.parametrize(("cpu_ms", "queue_ms", "share"), [(19, 81, 1), (20, 50, 0.4)])
def test_no_task_waits_for_a_core_that_other_work_has(
    tmp_path: Path, cpu_ms: float, queue_ms: float, share: float
) -> None:
    """Of 100 ms, those in the run queue are left out: 19 of 19 ms compute, or 20 of 50."""
    walls = [[100 * MS] * 4]
    row = record(computing(), "sync", walls, cpu_ms=cpu_ms, run_queue_ms=queue_ms)
    (scenario_,) = summary(tmp_path, row).scenarios
    assert scenario_.computing == pytest.approx(share)
    assert tables.title(scenario_).endswith("100 % computing" if share == 1 else "60 % waiting")


def test_a_model_with_several_tasks_at_once_does_not_tell_what_one_of_them_does(
    tmp_path: Path,
) -> None:
    made = summary(tmp_path, record(scenario(), "asyncio", [[60 * MS] * 4], width=32))
    assert made.scenarios[0].computing is None
    assert "computing" not in tables.title(made.scenarios[0])


def test_computing_has_no_parts(tmp_path: Path) -> None:
    (comparison,) = summary(tmp_path, record(computing(), "sync", shaken(80))).scenarios
    assert (phases.columns(comparison), phases.line(comparison)) == ([], "")


def test_where_the_time_went_is_a_table_or_without_room_a_line(tmp_path: Path) -> None:
    made = split(tmp_path)
    parts = "waiting 1.00, sending 0.50, latency 50.0, receiving 0.49"
    line = f"A task's 52.0 ms with asyncio: {parts}."
    narrow, wide = (" ".join(terminal.render(made, [], width=n).split()) for n in (80, 120))
    assert line in narrow
    assert "where the time went with every model" in narrow
    assert line not in wide
    assert "where the time went waiting sending latency receiving in all" in wide
    assert "| asyncio | 1.00 | 0.50 | 50.0 | 0.49 | 52.0 |" in render("markdown", made, [])


# the line between I/O-bound and CPU-bound, and the cost of trust


def test_the_crossover_is_a_column_where_something_waits(tmp_path: Path) -> None:
    made = usual(tmp_path)
    text = render("markdown", made, [])
    # 14 ms of CPU for 32 requests: 50 / 0.4375 = 114.3.
    assert "| C\\*, at once [95 %] |" in text
    assert "| 114 [114, 114] |" in text
    (comparison,) = summary(tmp_path, record(computing(), "asyncio", shaken(80), width=8)).scenarios
    assert comparison.rows[0].crossover is None
    assert comparison.rows[0].roofline_ns is None


def test_the_cost_of_trust_stands_beside_the_environment(tmp_path: Path) -> None:
    made = summary(
        tmp_path,
        record(scenario(), "sync", shaken(1600)),
        record(scenario(), "asyncio", [[50 * MS]]),
        overhead={"per_task_ns": 50_000, "per_round_ns": 5 * MS},
    )
    # 32 tasks x 50 us are 1.6 ms of 50 ms; 5 ms are a tenth of it.
    cost = "50 µs in each task (3 %), 5 ms beside each round (10 %); shares of the shortest round"
    assert ("Harness", cost) in environment.environment(made)


def test_an_unknown_cost_of_trust_is_left_out(tmp_path: Path) -> None:
    made = summary(tmp_path, record(scenario(), "sync", shaken(1600)), overhead=None)
    assert "Harness" not in dict(environment.environment(made))


# what is undecided


def test_what_is_undecided_is_one_line_for_a_table(tmp_path: Path) -> None:
    restless = [[10 * MS, 14 * MS], [17 * MS, 12 * MS], [11 * MS, 9 * MS]]
    of = computing()
    made = summary(
        tmp_path,
        record(of, "sync", shaken(12)),
        record(of, "threads", restless),
        record(of, "asyncio", restless),
    )
    (remark,) = remarks.remarks(*first(made))
    assert remark.startswith("Undecided: threads and asyncio (")


def test_what_bound_a_row_is_said_in_eighty_columns_even_if_one_table_is_wide(
    tmp_path: Path,
) -> None:
    # 1,187 [995, 1,416] in one table and asyncio_serial in another would not fit side by side.
    restless, of = (0.85, 1.0, 1.19), scenario("restless")
    made = summary(
        tmp_path,
        record(of, "sync", shaken(1187, restless)),
        record(of, "threads", shaken(63, (0.8, 1.0, 1.2))),
        record(scenario(), "sync", shaken(520)),
        record(scenario(), "asyncio_serial", shaken(510), width=1),
    )
    lines = terminal.render(made, [], width=80).splitlines()
    assert sum("bound by" in line for line in lines if "verdict" in line) == 2


def test_why_nobody_can_tell_is_in_the_same_line(tmp_path: Path) -> None:
    of = computing()
    made = summary(
        tmp_path,
        record(of, "sync", [[10 * MS, 14 * MS, 9 * MS]]),
        record(of, "threads", [[10 * MS, 9 * MS, 14 * MS]]),
        record(of, "asyncio", [[5 * MS]]),
        record(of, "processes", [[5 * MS] * 4], errors={(0, n): "reset" for n in range(3)}),
    )
    (remark,) = (text for text in remarks.remarks(*first(made)) if text.startswith("Undecided"))
    assert remark.startswith("Undecided: threads (")
    assert remark.endswith(
        "asyncio (one block gives no interval); processes (no block shared with sync)."
    )
