"""What the target held back is shown as the bound it is, in every form and picture."""

import json as plain
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import record, scenario, shaken, summary, target
from waitbench.analysis.comparison import Comparison, Summary
from waitbench.charts import latency, phases, speedup, throughput, winners
from waitbench.findings import find_all
from waitbench.report import bars, prose, remarks, render, side_by_side, tables

LATE = target(error_ms=20)


def held(folder: Path, model: str = "asyncio", *, late: bool = True) -> Summary:
    """32 requests of 50 ms: sync in 1,620, threads in 90, asyncio in 60 ms; one was held back."""
    walls = {"sync": 1620, "threads": 90, "asyncio": 60}
    return summary(
        folder,
        *(
            record(
                scenario(suite=suite, **more),
                name,
                shaken(wall),
                cpu_ms=16,
                stats=LATE if late and name == model else target(),
                phases_ms=(1, 1, 0, 50, 0, 1, 0),
            )
            for suite, more in PLACES.items()
            for name, wall in walls.items()
        ),
    )


PLACES: dict[str, dict[str, Any]] = {
    "io_bound": {},
    "map": {"workload": "mixed", "params": {"latency": "50ms", "steps": "100"}},
}


def of(made: Summary) -> Comparison:
    return made.scenarios[0]


def cells(made: Summary, head: str) -> tuple[str, ...]:
    columns = tables.columns(of(made))
    return next(column.texts for column in columns if column.head == head)


def test_a_table_gives_the_least_and_no_verdict(tmp_path: Path) -> None:
    _, threads, asyncio = cells(held(tmp_path), "faster than sync")
    # 1,620 / 90 and 1,620 / 60
    assert threads.startswith("18.0 [")
    assert asyncio.startswith("at least 27.0 [")
    assert cells(held(tmp_path), "verdict") == ("-", "faster", "held back")
    assert cells(held(tmp_path, late=False), "verdict") == ("-", "faster", "faster")


def test_beside_a_baseline_that_was_held_back_a_ratio_is_the_most(tmp_path: Path) -> None:
    made = summary(
        tmp_path,
        record(scenario(), "sync", shaken(100), width=32, cpu_ms=16, stats=LATE),
        record(scenario(), "threads", shaken(50), cpu_ms=16, stats=target()),
        record(scenario(), "asyncio", shaken(60), cpu_ms=16, stats=LATE),
    )
    ratios = cells(made, "faster than sync")
    assert ratios[1].startswith("at most 2.00")
    assert ratios[2] == "-"
    assert speedup.draw(made) is None


def test_the_line_under_a_table_says_what_is_sure(tmp_path: Path) -> None:
    made = held(tmp_path)
    lines = remarks.remarks(of(made), made.methods)
    assert any("asyncio at least 27.0 times, held back by the target" in line for line in lines)
    sound = held(tmp_path, late=False)
    assert not any("held back" in line for line in remarks.remarks(of(sound), sound.methods))


def test_a_bar_of_a_bound_is_hollow_and_open(tmp_path: Path) -> None:
    made = held(tmp_path)
    drawn = bars.barred(of(made), tables.columns(of(made)), [of(made)])
    bar = next(column.texts for column in drawn if column.head == "speed")
    # The longest of all is ten signs.
    assert bar[2] == "░" * 10 + "→"
    assert set(bar[1]) <= {"█", *bars.EIGHTHS}


@pytest.mark.parametrize("form", ["markdown", "terminal", "html"])
def test_every_form_says_that_nobody_won(tmp_path: Path, form: str) -> None:
    made = held(tmp_path)
    text = " ".join(render(form, made, find_all(made)).split())
    assert "Nobody won" in text
    assert "threads won" not in text
    assert "threads came first" not in text
    # 90 / 60
    assert "asyncio at least 1.50 times, held back by the target" in text


def test_json_and_csv_have_the_bound_and_the_reason(tmp_path: Path) -> None:
    made = held(tmp_path)
    report = plain.loads(render("json", made, find_all(made)))
    rows = {row["model"]: row for row in report["scenarios"][0]["rows"]}
    assert (rows["asyncio"]["held_back"], rows["asyncio"]["sound"]) == (True, False)
    assert rows["threads"]["held_back"] is False
    reasons = {claim["id"]: (claim["verdict"], claim["reason"]) for claim in report["claims"]}
    assert reasons["one-winner"] == ("undecided", "held back")
    assert reasons["concurrency-not-the-library"] == ("undecided", "not measured")
    assert "held_back" in render("csv", made, find_all(made)).splitlines()[0]


def facts(picture: Any, model: str) -> list[dict[str, Any]]:
    return [fact for fact in picture.spec["data"]["values"] if fact.get("model") == model]


def test_the_speed_up_is_drawn_hollow_with_an_arrow_at_its_bound(tmp_path: Path) -> None:
    picture = speedup.draw(held(tmp_path))
    assert picture is not None
    (fact,) = facts(picture, "asyncio")
    assert (fact["held"], fact["decided"], fact["text"]) == (True, False, "≥ 27.0")
    assert fact["ratio"] == pytest.approx(27, rel=0.01)
    assert "asyncio at least 27.0 times in http-50ms-n32-c32" in picture.caption
    assert "the largest gain measured is that of threads" in picture.caption
    spec = plain.dumps(picture.spec, ensure_ascii=False)
    assert speedup.ARROW in spec
    sound = speedup.draw(held(tmp_path, late=False))
    assert sound is not None
    assert not any(fact["held"] for fact in facts(sound, "asyncio"))


def test_the_map_draws_a_bound_and_names_nobody(tmp_path: Path) -> None:
    picture = winners.draw(held(tmp_path))
    assert picture is not None
    (fact,) = picture.spec["data"]["values"]
    assert (fact["won"], fact["held"], fact["winner"]) == (False, True, "asyncio ≥ 27.0x")
    assert fact["others"] == "held back by the target"
    sound = winners.draw(held(tmp_path, late=False))
    assert sound is not None
    (fact,) = sound.spec["data"]["values"]
    assert (fact["won"], fact["held"], fact["winner"]) == (True, False, "asyncio 27.0x")


def test_throughput_is_drawn_as_a_bound(tmp_path: Path) -> None:
    few = scenario("few", tasks=8, concurrency=8)
    made = summary(
        tmp_path,
        *(
            record(of, "asyncio", shaken(60), cpu_ms=4, stats=stats)
            for of, stats in ((few, target()), (scenario(), LATE))
        ),
    )
    picture = throughput.draw(made)
    assert picture is not None
    lines = [fact for fact in facts(picture, "asyncio") if fact["field"].endswith("/line")]
    assert [fact["held"] for fact in lines] == [False, True]
    # 32 in 60 ms
    assert "asyncio reached at least 533 per second" in picture.caption


@pytest.mark.parametrize("chart", [latency, phases])
def test_who_is_not_drawn_for_the_target_is_named(tmp_path: Path, chart: Any) -> None:
    picture = chart.draw(held(tmp_path))
    if picture is not None:
        assert "Not drawn: asyncio at least 27.0 times in http-50ms-n32-c32" in picture.caption
        assert "Not drawn" not in chart.draw(held(tmp_path, late=False)).caption


def test_several_runs_show_a_bound_beside_the_figure_of_another(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    table = side_by_side.columns([held(tmp_path), held(tmp_path / "other", late=False)])
    names, first, second, differs = (column.texts for column in table)
    number = names.index("http-50ms-n32-c32/asyncio")
    assert first[number] == "at least 27.0"
    assert second[number].startswith("27.0 [")
    assert differs[number] == "-"


def test_the_page_counts_bounds_first(tmp_path: Path) -> None:
    (alert,) = (text for text in prose.alerts(held(tmp_path)) if "held back" in text)
    assert "held back 2 rows, marked (!): their times are bounds" in alert
