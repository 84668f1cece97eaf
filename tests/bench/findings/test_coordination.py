"""The claim that locks, semaphores and queues prevent races: each verdict from a hand-made run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.synthetic import record, scenario, shaken, summary
from waitbench.findings import Finding
from waitbench.findings import coordination as claim

MODELS = ("asyncio", "threads", "processes")


def contest(tool: str, lost: float, most: float, places: int = 1) -> list[dict[str, Any]]:
    """Four who want the same, 400 updates in all; threads take twice as long as the others."""
    of = coordinated(f"coordination-{tool}", tool=tool, places=str(places))
    seen = {"operations": 400, "operation_ns": 7000, "lost": lost, "most_at_once": most}
    walls = {"asyncio": 3, "threads": 6, "processes": 3}
    return [record(of, model, shaken(walls[model]), metrics=seen) for model in MODELS]


def coordinated(name: str, tasks: int = 4, **params: str) -> dict[str, Any]:
    return scenario(
        name,
        suite="coordination",
        workload="coordination",
        params=params,
        tasks=tasks,
        concurrency=tasks,
        baseline="threads",
        waits_ns=0,
    )


BARE = contest("none", lost=300, most=4)
LOCK = contest("lock", lost=0, most=1)
SEMAPHORE = contest("semaphore", lost=200, most=2, places=2)
QUEUE = contest("queue", lost=0, most=1)


def find(folder: Path, *contests: Sequence[dict[str, Any]]) -> Finding:
    return claim.find(summary(folder, *(row for contest in contests for row in contest)))


def test_races_without_and_none_with_the_tools_support_it(tmp_path: Path) -> None:
    finding = find(tmp_path, BARE, LOCK, SEMAPHORE, QUEUE)
    assert finding.verdict == "supported"
    assert finding.sentence == (
        "Of 4 coroutines that share a number: without a lock 300 of 400 updates were lost (threads "
        "300, processes 300); with a lock none were lost; a semaphore of 2 let at most 2 in at "
        "once; with a queue none were lost. With 4 who want the lock and switch while they have "
        "it: 7 µs, 7 µs, 7 µs; asyncio is 2.00 [2.00, 2.00] times as fast as threads."
    )
    assert finding.brief == ("with a lock 0 of 400; a semaphore of 2 lets in at most 2")
    assert (finding.effect, finding.unit) == (0.75, "share")
    assert "coordination-lock/asyncio" in finding.evidence
    assert finding.conditions == ()


def test_the_cost_of_an_operation_is_told_for_every_model(tmp_path: Path) -> None:
    alone = coordinated("coordination-event", tasks=1, tool="event", section="empty")
    costs = {"asyncio": 190, "threads": 1150, "processes": 1600}
    rows = [
        record(alone, model, shaken(1), metrics={"operations": 500, "operation_ns": cost})
        for model, cost in costs.items()
    ]
    assert (
        "An operation that need not wait costs, under asyncio, under threads and under processes: "
        "event 190 ns, 1.15 µs, 1.6 µs."
    ) in find(tmp_path, BARE, LOCK, SEMAPHORE, QUEUE, rows).sentence


def test_updates_without_a_switch_in_them_are_told_apart(tmp_path: Path) -> None:
    of = coordinated("coordination-straight", tool="none", section="straight")
    lost = {"asyncio": 0, "threads": 0, "processes": 4505}
    rows = [
        record(
            of, model, shaken(9), metrics={"operations": 40_000, "operation_ns": 300, "lost": many}
        )
        for model, many in lost.items()
    ]
    assert (
        "Without a lock, but with no await between reading and writing, none of 40,000 were lost "
        "(threads 0, processes 4505)."
    ) in find(tmp_path, BARE, rows, LOCK, SEMAPHORE, QUEUE).sentence


def test_tools_that_prevent_nothing_refute_it(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        BARE,
        contest("lock", lost=300, most=4),
        contest("semaphore", lost=300, most=4, places=2),
        contest("queue", lost=300, most=4),
    )
    assert finding.verdict == "refuted"
    assert "with a lock 300 were lost" in finding.sentence


def test_one_round_in_which_a_tool_failed_makes_it_conditional(tmp_path: Path) -> None:
    broken = contest("semaphore", lost=200, most=2, places=2)
    broken[0]["rounds"][3]["metrics"]["most_at_once"] = 3
    finding = find(tmp_path, BARE, LOCK, broken, QUEUE)
    assert finding.verdict == "conditional"
    assert finding.conditions == (
        "a lock lets no update be lost: held",
        "a semaphore keeps to its bound: broken",
        "a queue gives its token to one at a time: held",
    )


def test_where_nothing_was_lost_without_a_lock_its_use_is_open(tmp_path: Path) -> None:
    finding = find(tmp_path, contest("none", lost=0, most=4), LOCK, SEMAPHORE, QUEUE)
    assert finding.verdict == "undecided"
    assert (
        "but there was nothing to prevent (no update was lost without a lock)" in finding.sentence
    )
    assert "`waitbench run coordination`" in finding.sentence


def test_a_bound_that_was_never_met_is_open(tmp_path: Path) -> None:
    idle = contest("semaphore", lost=0, most=1, places=2)
    finding = find(tmp_path, BARE, LOCK, idle, QUEUE)
    assert finding.verdict == "undecided"
    assert "the semaphore was never fully taken" in finding.sentence


def test_what_only_threads_did_tells_nothing_of_coroutines(tmp_path: Path) -> None:
    finding = find(tmp_path, BARE, LOCK, SEMAPHORE, QUEUE[1:])
    assert finding.verdict == "undecided"
    assert finding.evidence == ()
    assert "`waitbench run coordination` does it" in finding.sentence
