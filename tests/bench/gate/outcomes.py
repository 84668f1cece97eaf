"""Outcomes made by hand: what each form has to say of them is known."""

from math import log
from typing import Any

from tests.bench.synthetic import round_record
from waitbench.gate.benchmark import SUITE
from waitbench.gate.outcome import Outcome, Result
from waitbench.results.record import ContestantRecord, LaunchRecord
from waitbench.scenario import Contestant, Scenario
from waitbench.stats.estimates import Estimate, Spread


def ratio(value: float, low: float, high: float) -> Estimate:
    """Times faster that head is than base."""
    spread = Spread(error=log(high / low) / 6, freedom=15)
    return Estimate(
        value=value,
        low=low,
        high=high,
        confidence=0.99,
        over="launches",
        count=16,
        spreads=(spread,),
    )


def result(name: str, verdict: Any, **more: Any) -> Result:
    return Result(name=name, verdict=verdict, margin=0.03, **more)


SLOWER = result(
    "bench_total",
    "slower",
    ratio=ratio(0.8, 0.78, 0.82),
    pairs=26,
    base_ns=2_000_000,
    functions=("shop.total (src/shop.py): 1.2 ms more",),
)
SAME = result("bench_parse", "same", ratio=ratio(1.0, 0.99, 1.01), pairs=10, base_ns=50_000)
UNDECIDED = result(
    "bench_<get>|x", "undecided", ratio=ratio(0.98, 0.9, 1.07), pairs=74, more=7, base_ns=9e6
)
FAILED = result("bench_gone", "failed", notes=("head: ValueError: \x1b no 100% ]]>",))
BASE_FAILED = result("bench_mended", "failed", notes=("base: ValueError: no",))
BOTH_FAILED = result("bench_lost", "failed", notes=("base: KeyError: 1", "head: KeyError: 2"))
NEW = result("bench_new", "new")
VANISHED = result("bench_gone", "vanished")
UNMEASURED = result("bench_late", "undecided")


def row(
    name: str, side: str, walls_ns: tuple[int, ...] = (2_000_000, 4_000_000)
) -> ContestantRecord:
    scenario = Scenario(
        suite=SUITE,
        label=name,
        workload="own",
        params={"calls": "2"},
        tasks=1,
        concurrency=1,
        baseline="base",
    )
    made = ContestantRecord(
        scenario=scenario, contestant=Contestant(name=side, model="sync"), width=1, waits_ns=0
    )
    made.launches = [
        LaunchRecord(launch=0, startup_ns=1, spawn_ns=1, peak_memory_bytes=1, memory_kind="pss")
    ]
    made.rounds = [
        round_record(wall_ns, block=block, cpu_ns=wall_ns, run_queue_ns=0, single=True, spans="")
        for block, wall_ns in enumerate(walls_ns)
    ]
    return made


def outcome(*results: Result, **more: Any) -> Outcome:
    fields: dict[str, Any] = {
        "base": "aaaaaaaaa first",
        "head": "bbbbbbbbb second `x`",
        "results": results,
        "seconds": 61.5,
        "seed": 7,
        "commits": ("a" * 40, "b" * 40),
        "rows": {
            (result.name, side): row(result.name, side)
            for result in results
            if result.ratio
            for side in ("base", "head")
        },
    }
    return Outcome(**(fields | more))
