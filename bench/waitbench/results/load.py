"""A results file in, a Run out: its records, environment, and what holds for all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitbench.results import document as _files
from waitbench.results import foreign as foreign_benchmarks
from waitbench.results import formats, frames
from waitbench.results.formats import pytest_benchmark
from waitbench.results.record_json import from_json
from waitbench.results.schema_1 import upgraded
from waitbench.scenario import SCHEMA, BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pandas as pd

    from waitbench.results.foreign import ForeignRun
    from waitbench.results.record import ContestantRecord

KEY = "waitbench"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """One results file, read.

    Attributes:
        path: where it was read from.
        meta: the record at the top of the file (seed, options, warnings, target, overhead …).
        environment: the machine and interpreter it was measured on.
        contestants: a record per scenario and contestant, in the order of the file.
        foreign: how many benchmarks of the file are somebody else's, and were left out.
        others: those of them, as their own tool summed them up; None where there are none.
        day: when it was measured, `2026-11-25`; None where the file does not say.
        when: the same to the second, by ISO 8601; empty where the file does not say.
        machines: name and environment of each machine, where several measured it; else nothing.
    """

    path: Path
    meta: Mapping[str, Any]
    environment: Mapping[str, Any]
    contestants: tuple[ContestantRecord, ...]
    foreign: int
    others: ForeignRun | None = None
    day: str | None = None
    when: str = ""
    machines: tuple[Mapping[str, Any], ...] = ()

    @property
    def builds(self) -> tuple[str, ...]:
        """The interpreters that raced, in the order in which they were named; mostly none."""
        raced = dict.fromkeys(filter(None, (each.contestant.build for each in self.contestants)))
        named = [str(each.get("label")) for each in self.meta.get("builds") or ()]
        return tuple(dict.fromkeys([*(name for name in named if name in raced), *raced]))

    @property
    def plain(self) -> bool:
        """Whether all of the file is another tool's."""
        return self.others is not None and not self.contestants

    def to_frame(self) -> pd.DataFrame:
        """Return all rounds as a data frame, a row each; see `frames.flat` for its columns."""
        return frames.to_frame(self.contestants)


def load(path: Path, *, foreign: bool = False) -> Run:
    """Read a results file: pytest-benchmark's JSON with our record in it.

    Args:
        path: of the file.
        foreign: whether one without our record will do, for a table of its times.

    Raises:
        BenchError: no such file, cut short, not ours, or written by a newer waitbench.
    """
    return parsed(path, _files.read(path), foreign=foreign)


def parsed(path: Path, document: Any, *, foreign: bool = False) -> Run:
    """Return what the document of a results file holds, as `load` does.

    Raises:
        BenchError: it is not ours, or damaged, or written by a newer waitbench.
    """
    top = document if isinstance(document, dict) else {}
    benchmarks = foreign_benchmarks.entries(top.get("benchmarks"))
    meta = top.get(KEY) or {}
    timed = [form for form in map(_record, benchmarks) if form is not None]
    # Who has no time at all can have no row in pytest-benchmark; the record keeps it by itself.
    forms = [*timed, *(meta.get("failed") or ())]
    if not forms:
        return _foreign(path, document, wanted=foreign)
    try:
        _refuse_newer(path, meta)
        contestants = tuple(_contestant(path, form) for form in forms)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BenchError(
            f"{path} has a damaged waitbench record ({type(error).__name__}: {error}); "
            "measure again with `waitbench run`"
        ) from None
    _refuse_twins(path, contestants)
    others = pytest_benchmark.read(top)
    return Run(
        path=path,
        meta=meta,
        environment=meta.get("environment") or {},
        contestants=contestants,
        foreign=len(benchmarks) - len(timed),
        others=others if others.benchmarks or others.skipped else None,
        day=_day(top),
        when=str(top["datetime"]) if _day(top) else "",
        machines=_machines(meta, contestants),
    )


def _machines(
    meta: Mapping[str, Any], contestants: Iterable[ContestantRecord]
) -> tuple[Mapping[str, Any], ...]:
    """Return the machines of a run; of a journal, begun before they were known, their names."""
    if meta.get("machines"):
        return tuple(meta["machines"])
    names = dict.fromkeys(name for row in contestants for name in row.machines.values())
    several = [{"name": name, "environment": {}} for name in names]
    return tuple(several) if several[1:] else ()


def _contestant(path: Path, form: Mapping[str, Any]) -> ContestantRecord:
    schema = _refuse_newer(path, form)
    return from_json(upgraded(form) if schema == 1 else form)


def _foreign(path: Path, document: Any, *, wanted: bool) -> Run:
    """Read the file of another tool, or say whose it is."""
    file = formats.recognised(document)
    if file is None:
        tools = ", ".join(name for name in formats.names() if name != pytest_benchmark.NAME)
        raise BenchError(
            f"{path} is not a pytest-benchmark file, nor one of {tools}; `waitbench run` writes "
            "one, and `pytest --benchmark-json=FILE` too"
        )
    others = formats.read(file, document, path)
    many = len(others.benchmarks) + len(others.skipped)
    is_one = f"{path} is a {file.NAME} file with {many} benchmark{'' if many == 1 else 's'}"
    if not others.benchmarks:
        first = next(iter(others.skipped), None)
        why = f" ({first.name}: {first.reason})" if first else ""
        raise BenchError(
            f"{is_one}, none with a figure{why}, and holds no waitbench rows; "
            "`waitbench run` writes a file that does"
        )
    if not wanted:
        raise BenchError(
            f"{is_one}: `waitbench report` shows it, `waitbench compare` holds two of them against "
            "each other; it holds no waitbench rows, which this needs"
        )
    return Run(
        path=path,
        meta={"warnings": [foreign_benchmarks.warning(others)]},
        environment=others.environment,
        contestants=(),
        foreign=many,
        others=others,
        day=_day({"datetime": others.when}),
        when=others.when,
    )


def _day(document: Mapping[str, Any]) -> str | None:
    match = DAY.match(str(document.get("datetime") or ""))
    return match[0] if match else None


def _record(benchmark: object) -> dict[str, Any] | None:
    extra = benchmark.get("extra_info") if isinstance(benchmark, dict) else None
    record = extra.get(KEY) if isinstance(extra, dict) else None
    return record if isinstance(record, dict) else None


def _refuse_newer(path: Path, form: Mapping[str, Any]) -> int:
    """Return the schema of a record, if this waitbench can read it."""
    schema = form.get("schema", 1)
    if isinstance(schema, int) and schema > SCHEMA:
        raise BenchError(
            f"{path} was written by a newer waitbench (schema {schema}; this one reads up to "
            f"{SCHEMA}); update the checkout, or measure again with `waitbench run`"
        )
    return 1 if schema == 1 else SCHEMA


def _refuse_twins(path: Path, contestants: Iterable[ContestantRecord]) -> None:
    places: set[tuple[str, str, str]] = set()
    for record in contestants:
        place = record.scenario.suite, record.scenario.name, record.name
        if place in places:
            raise BenchError(
                f"{path} holds {record.scenario.name} under {record.name} twice; "
                "give a file of one run"
            )
        places.add(place)
