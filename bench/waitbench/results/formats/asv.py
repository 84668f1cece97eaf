"""asv's results of one commit, version 2: a row for each benchmark and each of its parameters."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING, Any

from waitbench.results.document import bounded
from waitbench.results.foreign import (
    SECOND_NS,
    ForeignBenchmark,
    ForeignRun,
    SkippedBenchmark,
    between,
    count,
    entries,
    fault,
    figure,
    figures,
    mapping,
    rounds_of,
    sorted_out,
    text,
)
from waitbench.results.formats._asv_code import remarked
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

NAME = "asv"
BENCHMARKS = "benchmarks.json"
COLUMNS = ("result", "params", "version")
KINDS = {"mem_": ("bytes", 1.0), "peakmem_": ("bytes", 1.0), "track_": ("", 1.0)}
"""What a benchmark measures, by how its name begins; all others are times in seconds."""


def claims(document: Any) -> bool:
    """Check for a commit with results by the benchmark's name."""
    top = mapping(document)
    return "commit_hash" in top and isinstance(top.get("results"), dict)


def read(document: Any) -> ForeignRun:
    """Read the results of the commit; of the machine only what names no host."""
    top = mapping(document)
    columns = [text(name) for name in entries(top.get("result_columns"))] or list(COLUMNS)
    benchmarks, skipped = sorted_out(
        each
        for name, result in mapping(top.get("results")).items()
        for each in _rows(text(name), _fields(result, columns))
    )
    machine, date = mapping(top.get("params")), figure(top.get("date"))
    cores = text(machine.get("num_cpu"))
    details = {
        "cpu": text(machine.get("cpu")) or text(machine.get("arch")),
        "cores": int(cores) if cores.isascii() and cores.isdecimal() else None,
        "python": _python(text(top.get("python") or machine.get("python"))),
        "platform": text(machine.get("os")),
    }
    return ForeignRun(
        tool=NAME,
        benchmarks=benchmarks,
        skipped=skipped,
        environment={name: value for name, value in details.items() if value},
        commit=text(top.get("commit_hash")),
        when=_iso(date),
    )


def _python(told: str) -> str:
    """Return the interpreter; of an environment that was there before asv has only its path."""
    return "" if "/" in told or "\\" in told else told


def beside(run: ForeignRun, path: Path) -> ForeignRun:
    """Add what the folder of the results tells of them: the code of each benchmark."""
    listed = path.resolve().parent.parent / BENCHMARKS
    if not listed.is_file():
        return run
    try:
        # As it is, lines and all: of the code nothing is ever shown.
        return remarked(run, json.loads(bounded(listed)))
    except (BenchError, OSError, ValueError, RecursionError):  # what cannot be read tells nothing
        return run


def _iso(date_ms: float | None) -> str:
    if date_ms is None:
        return ""
    try:
        return datetime.fromtimestamp(date_ms / 1000, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return ""


def _fields(result: object, columns: Sequence[str]) -> dict[str, Any]:
    """Return what the columns hold; an older result is an object, or a bare number."""
    if isinstance(result, list):
        return dict(zip(columns, result, strict=False))
    of = mapping(result)
    return dict(of) if of else {"result": result}


def _rows(name: str, fields: Mapping[str, Any]) -> Iterator[ForeignBenchmark | SkippedBenchmark]:
    results = fields.get("result")
    levels = [entries(level) for level in entries(fields.get("params"))]
    calls = [", ".join(map(text, values)) for values in product(*levels)] if levels else [""]
    listed = results if isinstance(results, list) else [results]
    unit, per = next(
        (kind for begins, kind in KINDS.items() if name.rpartition(".")[2].startswith(begins)),
        ("ns", SECOND_NS),
    )
    if results is None:
        yield SkippedBenchmark(name=name, reason="it failed")
        return
    for place, value in enumerate(listed):
        label = f"{name}({calls[place]})" if place < len(calls) and calls[place] else name
        if value is None or value != value:  # noqa: PLR0124  NaN alone: asv skipped it
            yield SkippedBenchmark(name=label, reason="it failed or was skipped")
            continue
        if reason := fault(value, "its result", per=per):
            yield SkippedBenchmark(name=label, reason=reason)
            continue
        low, high = (_at(fields.get(key), place) for key in ("stats_q_25", "stats_q_75"))
        samples = _list_at(fields.get("samples"), place)
        rounds = len(samples) or count(_at(fields.get("stats_repeat"), place), 0)
        yield ForeignBenchmark(
            name=label,
            fullname=label,
            value=value * per,
            unit=unit,
            rounds=rounds,
            calls=count(_at(fields.get("stats_number"), place), 0),
            spread=between(low, high, per=per) if rounds != 1 else None,
            values=rounds_of(list(samples), per=per),
        )


def _at(column: object, place: int) -> float | None:
    listed = entries(column)
    return figure(listed[place]) if place < len(listed) else None


def _list_at(column: object, place: int) -> tuple[float, ...]:
    listed = entries(column)
    return figures(listed[place]) if place < len(listed) else ()
