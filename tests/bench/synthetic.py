"""Hand-made runs: the same record that the race writes, from walls that a test chooses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from waitbench.analysis.summary import summarise
from waitbench.results.load import Run, load
from waitbench.results.phases import PHASES
from waitbench.results.record import RoundRecord
from waitbench.results.spans import encode_spans
from waitbench.scenario import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from waitbench.analysis.comparison import Summary

MS = 1_000_000
SHAKE = (0.998, 1.0, 1.002, 1.0)
"""What the blocks of a launch are multiplied by: 0.2 % of noise, no more."""


def scenario(name: str = "http-50ms-n32-c32", **fields: Any) -> dict[str, Any]:
    """32 requests of 50 ms, all at once, unless `fields` say otherwise."""
    return {
        "name": name,
        "suite": "io_bound",
        "workload": "http",
        "params": {"latency": "50ms"},
        "tasks": 32,
        "concurrency": 32,
        "precision": 0.02,
        "waits_ns": 50 * MS,
        "computes": False,
        "needs_target": True,
        **fields,
    }


def computing(name: str = "compute-n8-c8", **fields: Any) -> dict[str, Any]:
    """8 pure-Python calculations."""
    return scenario(
        name,
        **{
            "suite": "cpu_bound",
            "workload": "compute",
            "params": {},
            "tasks": 8,
            "concurrency": 8,
            "waits_ns": 0,
            "computes": True,
            "needs_target": False,
            **fields,
        },
    )


def shaken(wall_ms: float, launches: Sequence[float] = (0.99, 1.0, 1.01)) -> list[list[int]]:
    """Walls in nanoseconds by launch and block, about `wall_ms` times each launch's own luck."""
    return [[round(wall_ms * MS * luck * shake) for shake in SHAKE] for luck in launches]


def target(
    asked_ms: float = 50, error_ms: float = 0.08, cpu_ms: float = 9, **more: Any
) -> dict[str, Any]:
    """What a healthy target says of a round."""
    return {
        "requests": 32,
        "asked_p50_ns": round(asked_ms * MS),
        "error_p50_ns": round(error_ms * MS),
        "error_p99_ns": round(error_ms * 4 * MS),
        "early": 0,
        "in_flight_max": 32,
        "connections_max": 32,
        "cpu_ns": round(cpu_ms * MS),
        **more,
    }


def round_record(wall_ns: int, **fields: Any) -> RoundRecord:
    """A round of this wall, in which nothing went wrong unless `fields` say otherwise."""
    usual = {"launch": 0, "block": 0, "cpu_ns": MS, "errors": 0, "spans": encode_spans([0], [MS])}
    return RoundRecord(wall_ns=wall_ns, **{**usual, **fields})


def record(  # noqa: PLR0913  every field of a record may be what a test is about
    of: Mapping[str, Any],
    model: str,
    walls: Sequence[Sequence[int]],
    *,
    width: int | None = None,
    cpu_ms: float = 10,
    stats: Mapping[str, Any] | None = None,
    spans: tuple[list[int], list[int]] | None = None,
    errors: Mapping[tuple[int, int], str] | None = None,
    failure: str | None = None,
    notes: Sequence[str] = (),
    memory: int | None = 45_000_000,
    kind: str | None = None,
    phases_ms: Sequence[float] = (),
    reruns: Mapping[tuple[int, int], int] | None = None,
    disturbed: Collection[tuple[int, int]] = (),
    run_queue_ms: float | None = None,
    metrics: Mapping[str, float] | None = None,
    params: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One contestant, with what a test says of its rounds by (launch, block).

    `errors`: one task failed in these, and how. `disturbed`: these ran beside other work.
    `reruns`: a disturbed round of this wall in nanoseconds came before the one in `walls`.
    `metrics`: what the workload counted in every round. `params`: the contestant's own.
    """
    wrong = errors or {}
    again = {(*place, 0): wall for place, wall in (reruns or {}).items()}
    walls_by_turn = {
        (launch, block, int((launch, block, 0) in again)): wall
        for launch, blocks in enumerate(walls)
        for block, wall in enumerate(blocks)
    }
    each = spans or ([0] * of["tasks"], [round(of["waits_ns"] or MS)] * of["tasks"])
    return {
        "schema": SCHEMA,
        "scenario": dict(of),
        "model": model,
        "contestant": {"name": model, "model": kind or model, "params": dict(params or {})},
        "width": width or (1 if model == "sync" else of["concurrency"]),
        "notes": list(notes),
        "failure": failure,
        "launches": [
            {
                "launch": launch,
                "startup_ns": 2 * MS,
                "spawn_ns": 400 * MS,
                "peak_memory_bytes": memory,
            }
            for launch in range(len(walls))
        ],
        "rounds": [
            {
                "launch": launch,
                "block": block,
                "position": 0,
                "repeat": repeat,
                "wall_ns": wall,
                "cpu_ns": round(cpu_ms * MS),
                "run_queue_ns": None if run_queue_ms is None else round(run_queue_ms * MS),
                "disturbed": (launch, block, repeat) in again or (launch, block) in disturbed,
                "phases": {
                    phase: round(ms * MS) for phase, ms in zip(PHASES, phases_ms, strict=False)
                },
                "errors": int((launch, block) in wrong),
                "error": wrong.get((launch, block)),
                "spans": encode_spans(*each),
                "target": dict(stats) if stats else None,
                "metrics": dict(metrics or {}),
            }
            for (launch, block, repeat), wall in sorted({**again, **walls_by_turn}.items())
        ],
    }


ENVIRONMENT = {
    "cpu": "Imagined CPU",
    "cores": 2,
    "cores_allowed": 2,
    "cgroup_cpu_quota": None,
    "governor": None,
    "virtualization": "kvm",
    "load_before": [0.1, 0.2, 0.3],
    "load_after": [0.9, 0.4, 0.3],
    "python": "3.10",
    "implementation": "CPython",
    "gil": True,
    "platform": "Linux-6.1-x86_64",
    "memory_bytes": 8_000_000_000,
    "start_method": "forkserver",
    "packages": {"aiohttp": "3.14.5", "requests": "2.32"},
    "commit": "abc1234",
    "dirty": False,
}


def document(records: Sequence[Mapping[str, Any]], **meta: Any) -> dict[str, Any]:
    """A pytest-benchmark file around the records."""
    return {
        "machine_info": {},
        "commit_info": {},
        "datetime": "2026-11-22T12:00:00+00:00",
        "version": "5.3.1",
        "benchmarks": [
            {"name": f"test_row[{number}]", "extra_info": {"waitbench": record_}}
            for number, record_ in enumerate(records)
        ],
        "waitbench": {
            "schema": SCHEMA,
            "version": "0.1.0",
            "seed": 20261122,
            "options": {"launches": 3, "budget_s": 60, "quick": False},
            "interrupted": False,
            "warnings": [],
            "environment": ENVIRONMENT,
            "target": {"loop": "uvloop", "timer": "timerfd", "workers": 1},
            "overhead": {"per_task_ns": 900, "per_round_ns": 350_000},
            **meta,
        },
    }


def run(folder: Path, *records: Mapping[str, Any], **meta: Any) -> Run:
    """Write the records to a results file and load it again."""
    path = folder / "0001_run.json"
    path.write_text(json.dumps(document(records, **meta)), encoding="utf-8")
    return load(path)


def summary(folder: Path, *records: Mapping[str, Any], **meta: Any) -> Summary:
    """Summarise a hand-made run."""
    return summarise(run(folder, *records, **meta))


def null(ratio: float = 1.0) -> list[dict[str, Any]]:
    """Sync against itself, which should come out as 1 and came out as `ratio`."""
    of = computing("compute-n4-c1", suite="control", tasks=4, concurrency=1)
    return [
        record(of, "sync", shaken(40), cpu_ms=40),
        record(of, "sync-again", shaken(40 / ratio), cpu_ms=40, kind="sync", width=1),
    ]


def whole() -> list[dict[str, Any]]:
    """Four models on waiting work at two sizes, on computing and on hashing, as usual."""
    waiting, fewer, adding, hashing = (
        scenario(),
        scenario("http-50ms-n8-c8", tasks=8, concurrency=8),
        computing(),
        computing("digest-n8-c8", workload="digest"),
    )
    healthy = target()
    in_turn, at_once = (787, 0.4, 0, 50, 0.1, 0.5), (1.2, 0.7, 0, 50, 0.4, 1.1)
    return [
        record(waiting, "sync", shaken(1625), cpu_ms=48, phases_ms=(*in_turn, 0), stats=healthy),
        record(
            waiting,
            "threads",
            shaken(56, (1.0, 0.98, 1.01)),
            cpu_ms=25,
            phases_ms=(*at_once, 0),
            stats=healthy,
        ),
        record(waiting, "processes", shaken(61, (1.01, 1.0, 0.97)), cpu_ms=31, stats=healthy),
        record(
            waiting,
            "asyncio",
            shaken(52.8, (1.0, 1.01, 0.995)),
            cpu_ms=14,
            phases_ms=(0.2, 0.3, 0, 50, 0.1, 0.6, 0),
            stats=healthy,
        ),
        record(fewer, "sync", shaken(406), cpu_ms=12, stats=healthy),
        record(fewer, "threads", shaken(52, (1.0, 0.99, 1.01)), cpu_ms=7, stats=healthy),
        record(fewer, "processes", shaken(53, (1.01, 1.0, 0.98)), cpu_ms=8, stats=healthy),
        record(fewer, "asyncio", shaken(51.9, (1.0, 0.995, 1.01)), cpu_ms=5, stats=healthy),
        record(adding, "sync", shaken(240), cpu_ms=239),
        record(adding, "threads", shaken(243, (0.995, 1.0, 1.01)), cpu_ms=242),
        record(adding, "processes", shaken(127, (1.0, 0.99, 1.01)), cpu_ms=246, width=8),
        record(
            adding,
            "asyncio",
            shaken(241, (0.99, 1.0, 1.005)),
            cpu_ms=240,
            width=1,
            notes=["no async form: each task ran on the loop, which stood still meanwhile"],
        ),
        record(hashing, "sync", shaken(80), cpu_ms=80),
        record(hashing, "threads", shaken(42, (0.99, 1.0, 1.005)), cpu_ms=81),
        record(hashing, "processes", shaken(47, (1.0, 0.99, 1.01)), cpu_ms=84),
        record(hashing, "asyncio", shaken(80, (0.99, 1.0, 1.005)), cpu_ms=80, width=1),
    ]
