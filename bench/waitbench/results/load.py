"""A results file in, a Run out: its record, environment and two frames (rounds, contestants)."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.results import foreign as plain
from waitbench.results import frames, journal
from waitbench.scenario import SCHEMA, BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

    from waitbench.results.foreign import Plain

KEY = "waitbench"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """One results file, read.

    Attributes:
        path: where it was read from.
        meta: the record at the top of the file (seed, options, warnings, target, overhead …).
        environment: the machine and interpreter it was measured on.
        rounds: a row per round, in the order of the file: `scenario`, `model`, `launch`, `block`,
            `position`, `repeat`, `wall_ns`, `cpu_ns`, `errors`, `error`, `spans` (packed),
            `disturbed` (whether it ran beside other work), `left_out` (whether it is no time
            because an undisturbed one stands beside it), `timed` (whether it counts as a time),
            `part_…`, where its time went, `seen_…`, what the workload saw, and `target_…`, what the
            target said.
        contestants: a row per scenario and model, in the order of the file.
        foreign: how many benchmarks of the file are somebody else's, and were left out.
        plain: those of them that were asked for in spite of that.
        day: when it was measured, `2026-11-25`; None where the file does not say.
    """

    path: Path
    meta: Mapping[str, Any]
    environment: Mapping[str, Any]
    rounds: pd.DataFrame
    contestants: pd.DataFrame
    foreign: int
    plain: tuple[Plain, ...] = ()
    day: str | None = None

    def spans(
        self, scenario: str, model: str, suite: str | None = None
    ) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.int64]]]:
        """Starts and durations in nanoseconds of every task of one contestant's timed rounds.

        Args:
            scenario: its name.
            model: name of the contestant.
            suite: where several suites ask this; any by default.

        Raises:
            BenchError: the packed figures of a round are damaged.
        """
        frame = self.rounds
        timed = (frame["scenario"] == scenario) & (frame["model"] == model) & frame["timed"]
        timed = timed if suite is None else timed & (frame["suite"] == suite)
        return frames.spans(frame.loc[timed, "spans"], f"{self.path}: {scenario}, {model}")


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
    timed = [record for record in map(_record, document["benchmarks"]) if record is not None]
    # Who has no time at all can have no row in pytest-benchmark; the record keeps it by itself.
    ours = [*timed, *(meta.get("failed") or ())]
    others = tuple(filter(None, map(plain.read, document["benchmarks"])))
    if not ours and foreign and others:
        return _foreign(path, document, others)
    if not ours:
        raise BenchError(f"{path} holds no waitbench rows; `waitbench run` writes a file that does")
    try:
        for record in (meta, *ours):
            _refuse_newer(path, record.get("schema", SCHEMA))
        rounds, contestants = frames.build(ours)
        _refuse_twins(path, contestants)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BenchError(
            f"{path} has a damaged waitbench record ({type(error).__name__}: {error}); "
            "measure again with `waitbench run`"
        ) from None
    return Run(
        path=path,
        meta=meta,
        environment=meta.get("environment") or {},
        rounds=rounds,
        contestants=contestants,
        foreign=len(document["benchmarks"]) - len(timed),
        day=_day(document),
    )


def _foreign(path: Path, document: Mapping[str, Any], others: tuple[Plain, ...]) -> Run:
    rounds, contestants = frames.build([])
    return Run(
        path=path,
        meta={"warnings": [plain.warning(len(others))]},
        environment=plain.environment(document.get("machine_info")),
        rounds=rounds,
        contestants=contestants,
        foreign=len(document["benchmarks"]),
        plain=others,
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


def _refuse_newer(path: Path, schema: object) -> None:
    if isinstance(schema, int) and schema > SCHEMA:
        raise BenchError(
            f"{path} was written by a newer waitbench (schema {schema}; this one reads up to "
            f"{SCHEMA}); update the checkout, or measure again with `waitbench run`"
        )


def _refuse_twins(path: Path, contestants: pd.DataFrame) -> None:
    twins = contestants[contestants.duplicated(["suite", "scenario", "model"])]
    for scenario, model in zip(twins["scenario"], twins["model"], strict=True):
        raise BenchError(f"{path} holds {scenario} under {model} twice; give a file of one run")
