"""A row that the target held back is a bound: its true time can only be shorter."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import computing, record, scenario, shaken, summary, target
from waitbench.findings import Finding, claims, one_winner, waiting_or_computing
from waitbench.findings import concurrency_not_the_library as library

LATE = target(error_ms=60)
"""A target that held every request 60 ms longer than the 50 that were asked for."""
FULL = target(asked_ms=0, error_ms=0, cpu_ms=9)
"""One that burnt 9 ms of CPU in a round without any delay: full where that takes under 10."""


def requests(
    walls_ms: Mapping[str, float], held: Sequence[str] = (), cpu_ms: float = 16
) -> list[dict[str, Any]]:
    """32 requests of 50 ms at once, with those `held` back by the target."""
    return [
        record(
            scenario(),
            model,
            shaken(wall),
            cpu_ms=cpu_ms,
            stats=LATE if model in held else target(),
        )
        for model, wall in walls_ms.items()
    ]


def race(folder: Path, *records: dict[str, Any]) -> Finding:
    (finding,) = one_winner.find_each(summary(folder, *records))
    return finding


def test_nobody_wins_behind_a_bound(tmp_path: Path) -> None:
    # asyncio took 60 ms with a target that was late: 1,620 / 60 = 27 times, or more.
    finding = race(
        tmp_path, *requests({"sync": 1620, "threads": 90, "asyncio": 60}, held=["asyncio"])
    )
    assert finding.verdict == "undecided"
    assert finding.undecided_for == "held back"
    assert finding.effect is None
    # 90 / 60
    assert "asyncio at least 1.50 times, held back by the target" in finding.sentence
    assert "won in" not in finding.sentence
    assert "came first" not in finding.sentence
    assert finding.conditions == ("target-bound",)
    assert finding.evidence[-1].endswith("/asyncio")


def test_the_same_race_with_a_target_that_keeps_up_has_a_winner(tmp_path: Path) -> None:
    finding = race(tmp_path, *requests({"sync": 1620, "threads": 90, "asyncio": 60}))
    assert finding.verdict == "supported"
    assert finding.sentence.startswith("asyncio won in 60 ms")


def test_where_nothing_waits_sync_does_not_win_from_a_full_target(tmp_path: Path) -> None:
    of = scenario("http-0ms", waits_ns=0, tasks=20, concurrency=20)
    fast = record(of, "asyncio", shaken(9.5), cpu_ms=3, stats=FULL)
    finding = race(tmp_path, record(of, "sync", shaken(19), cpu_ms=18, stats=FULL), fast)
    assert finding.sentence.startswith("Nobody won: sync in 19 ms")
    assert "asyncio at least 2.00 times, held back by the target" in finding.sentence
    assert finding.undecided_for == "held back"


def test_a_slower_bound_leaves_open_who_is_first(tmp_path: Path) -> None:
    # threads took 70 ms, but could have taken 50 + 32 x 0.5 / 2 = 58 or less with another target.
    finding = race(
        tmp_path, *requests({"sync": 1620, "threads": 70, "asyncio": 60}, held=["threads"])
    )
    assert finding.verdict == "undecided"
    assert finding.sentence.startswith("asyncio came first in 60 ms")
    assert "threads may be as fast (held back by the target)" in finding.sentence


def test_a_bound_that_no_target_could_make_first_takes_nothing_from_the_winner(
    tmp_path: Path,
) -> None:
    # sync takes 32 turns of 50 ms whatever the target does.
    finding = race(tmp_path, *requests({"sync": 2240, "threads": 90, "asyncio": 60}, held=["sync"]))
    assert finding.verdict == "supported"
    assert finding.sentence.startswith("asyncio won in 60 ms")


def test_a_tie_behind_a_bound_refutes_nothing(tmp_path: Path) -> None:
    walls = {"sync": 90.0, "threads": 90.5, "asyncio": 60.0}
    assert race(tmp_path, *requests(walls)).verdict == "supported"
    held = race(tmp_path, *requests(walls, held=["asyncio"]))
    assert (held.verdict, held.undecided_for) == ("undecided", "held back")


def test_two_alone_with_a_bound_are_no_race_that_was_not_run(tmp_path: Path) -> None:
    finding = race(tmp_path, *requests({"threads": 90, "asyncio": 60}, held=["asyncio"]))
    assert "asyncio at least 1.50 times, held back by the target" in finding.sentence


def test_a_model_that_failed_leaves_the_winner_open(tmp_path: Path) -> None:
    lost = record(scenario(), "asyncio", [], failure="no memory")
    finding = race(tmp_path, *requests({"sync": 1620, "threads": 90}), lost)
    assert (finding.verdict, finding.undecided_for) == ("undecided", "partly measured")
    assert "asyncio has no time that counts" in finding.sentence


@pytest.mark.parametrize(
    ("sync_cpu_ms", "says"),
    [
        # 32 x 50 + 122 = 1,722 ms: 7 % computing.
        (122, "The client's own CPU is the limit, although a task waits 93 % of its time."),
        # 1,240 of 1,722 are 72 %.
        (1240, "The cores are the limit."),
    ],
)
def test_a_scenario_that_waits_is_not_limited_by_cores_for_its_first_row_is(
    tmp_path: Path, sync_cpu_ms: float, says: str
) -> None:
    of = scenario()
    finding = race(
        tmp_path,
        record(of, "sync", shaken(1722), cpu_ms=sync_cpu_ms, stats=target()),
        record(of, "processes", shaken(100), cpu_ms=190, stats=target()),
    )
    assert finding.sentence.endswith(says)


# Other claims.


def answer(folder: Path, claim: str, *records: dict[str, Any]) -> Finding:
    (found,) = (each for each in claims() if each.id == claim)
    (finding,) = found.find(summary(folder, *records))
    return finding


def sums() -> list[dict[str, Any]]:
    walls = {"sync": 240, "threads": 241, "processes": 125, "asyncio": 240}
    return [
        record(computing(), model, shaken(wall), cpu_ms=239, width=8)
        for model, wall in walls.items()
    ]


def test_a_gain_that_was_held_back_is_a_gain_of_at_least_that(tmp_path: Path) -> None:
    walls = {"sync": 1620, "threads": 90, "asyncio": 60}
    records = [*requests(walls, held=["asyncio"]), *sums()]
    finding = answer(tmp_path, waiting_or_computing.CLAIM, *records)
    assert finding.verdict == "supported"
    # 1,620 / 60; the figure that it turns on is that of threads, 1,620 / 90.
    assert (
        "asyncio (at least 27.0 times as fast as sync; at least 27.0 in http-50ms-n32-c32, "
        "held back by the target)"
    ) in finding.sentence
    assert finding.effect == pytest.approx(18, rel=0.01)


def test_no_gain_of_a_row_that_was_held_back_is_no_answer(tmp_path: Path) -> None:
    walls = {"sync": 1620, "threads": 90, "asyncio": 1619}
    held = answer(tmp_path, waiting_or_computing.CLAIM, *requests(walls, held=["asyncio"]), *sums())
    assert held.verdict == "undecided"
    healthy = answer(tmp_path, waiting_or_computing.CLAIM, *requests(walls), *sums())
    assert healthy.verdict == "conditional"


def split(asyncio_ms: float, stats: Mapping[str, Any]) -> list[dict[str, Any]]:
    of = scenario()
    return [
        record(of, "sync", shaken(1620), stats=target()),
        record(of, "asyncio", shaken(asyncio_ms), stats=stats),
        record(of, "asyncio_serial", shaken(1610), stats=target(), width=1),
    ]


def test_concurrency_gives_what_a_bound_says_or_more(tmp_path: Path) -> None:
    finding = library.find(summary(tmp_path, *split(70, LATE)))
    assert finding.verdict == "supported"
    # 1,610 / 70
    assert "at least 23.0 (held back by the target) times" in finding.sentence
    assert finding.effect == pytest.approx(23, rel=0.001)
    assert "at least" in finding.effect_of


def test_a_small_bound_does_not_refute_concurrency(tmp_path: Path) -> None:
    slow = split(1900, LATE)
    assert library.find(summary(tmp_path, *slow)).verdict == "undecided"
    assert library.find(summary(tmp_path, *split(1900, target()))).verdict == "refuted"


def threads_behind(stats: Mapping[str, Any]) -> list[dict[str, Any]]:
    """asyncio leads threads and processes with few and with many; threads with many held back."""
    few, many = scenario("few", tasks=8, concurrency=8), scenario("many")
    walls = {"sync": 1700, "threads": 90, "processes": 95, "asyncio": 60}
    return [
        record(
            of, model, shaken(wall), stats=stats if (of is many and model == "threads") else None
        )
        for of in (few, many)
        for model, wall in walls.items()
    ]


def test_a_claim_is_not_supported_over_a_row_that_was_held_back(tmp_path: Path) -> None:
    claim = "threads-processes-complexity"
    assert answer(tmp_path, claim, *threads_behind(target())).verdict == "supported"
    held = answer(tmp_path, claim, *threads_behind(LATE))
    assert (held.verdict, held.undecided_for) == ("undecided", "held back")
    # 1,700 / 90
    assert "threads at least 18.9 times in many, held back by the target" in held.sentence
