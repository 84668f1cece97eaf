"""A results file in, a Run out: its records, environment, and what holds for all of it."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.results import foreign as foreign_benchmarks
from waitbench.results import frames, journal
from waitbench.results.record_json import from_json
from waitbench.results.schema_1 import upgraded
from waitbench.scenario import SCHEMA, BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from waitbench.results.foreign import ForeignBenchmark
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
        foreign_benchmarks: those of them that were asked for in spite of that.
        day: when it was measured, `2026-11-25`; None where the file does not say.
    """

    path: Path
    meta: Mapping[str, Any]
    environment: Mapping[str, Any]
    contestants: tuple[ContestantRecord, ...]
    foreign: int
    foreign_benchmarks: tuple[ForeignBenchmark, ...] = ()
    day: str | None = None

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
    document = _document(path)
    meta = document.get(KEY) or {}
    timed = [form for form in map(_record, document["benchmarks"]) if form is not None]
    # Who has no time at all can have no row in pytest-benchmark; the record keeps it by itself.
    forms = [*timed, *(meta.get("failed") or ())]
    others = tuple(filter(None, map(foreign_benchmarks.read, document["benchmarks"])))
    if not forms and foreign and others:
        return _foreign(path, document, others)
    if not forms:
        raise BenchError(f"{path} holds no waitbench rows; `waitbench run` writes a file that does")
    try:
        _refuse_newer(path, meta)
        contestants = tuple(_contestant(path, form) for form in forms)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BenchError(
            f"{path} has a damaged waitbench record ({type(error).__name__}: {error}); "
            "measure again with `waitbench run`"
        ) from None
    _refuse_twins(path, contestants)
    return Run(
        path=path,
        meta=meta,
        environment=meta.get("environment") or {},
        contestants=contestants,
        foreign=len(document["benchmarks"]) - len(timed),
        day=_day(document),
    )


def _contestant(path: Path, form: Mapping[str, Any]) -> ContestantRecord:
    schema = _refuse_newer(path, form)
    return from_json(upgraded(form) if schema == 1 else form)


def _foreign(
    path: Path, document: Mapping[str, Any], benchmarks: tuple[ForeignBenchmark, ...]
) -> Run:
    return Run(
        path=path,
        meta={"warnings": [foreign_benchmarks.warning(len(benchmarks))]},
        environment=foreign_benchmarks.environment(document.get("machine_info")),
        contestants=(),
        foreign=len(document["benchmarks"]),
        foreign_benchmarks=benchmarks,
        day=_day(document),
    )


def _day(document: Mapping[str, Any]) -> str | None:
    match = DAY.match(str(document.get("datetime") or ""))
    return match[0] if match else None


def latest(results: Path) -> Path:
    """Return the newest results file below `results`, as pytest-benchmark stores them.

    Raises:
        BenchError: there is none.
    """
    stored = _stored(results)
    if not stored:
        raise BenchError(f"there are no results in {results} yet; `waitbench run` makes the first")
    return max(stored, key=lambda path: (path.stat().st_mtime_ns, path.name))


def resolve(text: str, results: Path) -> Path:
    """Return the file that `text` means: a path, or the number of a stored run (`0003`).

    Raises:
        BenchError: neither a file nor a stored run.
    """
    path = Path(text)
    if path.is_file():
        return path
    stored = _stored(results)
    hits = [run for run in stored if run.name.startswith(text)] if text.strip("./") else []
    if not hits and text.isdigit():
        hits = [run for run in stored if run.name.startswith(f"{int(text):04d}_")]
    if hits:
        return max(hits, key=lambda run: (run.stat().st_mtime_ns, run.name))
    if path.is_dir():
        return latest(path)
    numbers = ", ".join(sorted({run.name.partition("_")[0] for run in stored})[-5:])
    choice = f"stored runs: {numbers}" if numbers else "no runs are stored yet"
    raise BenchError(
        f"there is no results file {text!r}: give a path or a stored run's number ({choice}); "
        "`waitbench run` makes a new one"
    )


def _stored(results: Path) -> list[Path]:
    return [path for path in results.rglob("[0-9][0-9][0-9][0-9]_*.json") if path.is_file()]


def _document(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    except FileNotFoundError:
        raise BenchError(f"there is no results file {path}; `waitbench run` makes one") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BenchError(f"{path} cannot be read as text: {error}") from None
    if journal.is_journal(text):
        return journal.document(path, text)
    try:
        document = json.loads(text, parse_constant=_unknown)
    except json.JSONDecodeError as error:
        ends = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        fault = "is cut short" if ends else f"is not JSON ({error.msg})"
        raise BenchError(
            f"{path} {fault} at line {error.lineno}, column {error.colno}; "
            "measure again with `waitbench run`, or give another file"
        ) from None
    if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
        raise BenchError(
            f"{path} is not a pytest-benchmark file (it has no list of benchmarks); "
            "`waitbench run` writes one"
        )
    return document


def _unknown(word: str) -> None:
    """Read NaN and the infinities, which are no JSON, as what is not known."""


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
