"""Records in, two frames out: a row per round and a row per contestant."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from bench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import pandas as pd

    Figures = np.ndarray[Any, np.dtype[np.int64]]

COLUMNS = ("scenario", "model", "launch", "block", "wall_ns", "timed", "disturbed", "left_out")
SERIAL = "asyncio_serial"
"""The client library alone, one task at a time on a loop: a control wherever it takes part."""
NESTED = ("target", "parts")
"""Dicts within a round, which become columns of their own."""


def build(records: Sequence[Mapping[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the frame of rounds and the frame of contestants, both in the order of the file.

    Raises:
        KeyError, TypeError, ValueError: a record lacks what every record has.
    """
    import pandas as pd

    rounds = pd.DataFrame.from_records([row for record in records for row in _rounds(record)])
    if rounds.empty:
        rounds = pd.DataFrame(columns=list(COLUMNS))
    return rounds, pd.DataFrame.from_records([_contestant(record) for record in records])


def spans(packed: Iterable[str], whose: str) -> tuple[Figures, Figures]:
    """Starts and durations in nanoseconds of all tasks of these rounds.

    Raises:
        BenchError: a round's spans are damaged; says `whose`.
    """
    import numpy as np

    from bench.spans import unpack

    try:
        rounds = [np.frombuffer(unpack(text), dtype="<i8").astype(np.int64) for text in packed]
    except (TypeError, ValueError) as error:
        raise BenchError(f"{whose}: damaged spans ({error})") from None
    none = np.empty(0, dtype=np.int64)
    starts = [figures[: len(figures) // 2] for figures in rounds]
    durations = [figures[len(figures) // 2 :] for figures in rounds]
    return np.concatenate([none, *starts]), np.concatenate([none, *durations])


def _rounds(record: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    scenario = record["scenario"]
    whose = {
        "scenario": str(scenario["name"]),
        "suite": str(scenario["suite"]),
        "workload": str(scenario["workload"]),
        "model": str(record["model"]),
    }
    calm = {_turn(entry) for entry in record["rounds"] if _right(entry) and not _disturbed(entry)}
    for entry in record["rounds"]:
        fields = {name: value for name, value in entry.items() if name not in NESTED}
        parts = {f"part_{name}": value for name, value in (entry.get("parts") or {}).items()}
        said = {f"target_{name}": value for name, value in (entry.get("target") or {}).items()}
        # What others took part in tells nothing, once it was run again without them.
        left_out = _right(entry) and _disturbed(entry) and _turn(entry) in calm
        yield {
            **whose,
            **fields,
            "disturbed": _disturbed(entry),
            "left_out": left_out,
            "timed": _right(entry) and not left_out,
            **parts,
            **said,
        }


def _turn(entry: Mapping[str, Any]) -> tuple[int, int]:
    """Rounds of a contestant that are alike in this were run one right after the other."""
    return int(entry["launch"]), int(entry["block"])


def _right(entry: Mapping[str, Any]) -> bool:
    return not entry["errors"] and float(entry["wall_ns"]) > 0


def _disturbed(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("disturbed"))


def _contestant(record: Mapping[str, Any]) -> dict[str, Any]:
    scenario, launches = dict(record["scenario"]), record["launches"]
    kind = (record.get("entrant") or {}).get("model") or record["model"]
    return {
        **scenario,
        "scenario": str(scenario.pop("name")),
        "model": str(record["model"]),
        "kind": str(kind),
        "control": kind == SERIAL or kind in (scenario.get("controls") or ()),
        "waits_ns": float("nan") if scenario["waits_ns"] is None else float(scenario["waits_ns"]),
        "computes": bool(scenario["computes"]),
        "width": int(record["width"] or 0),
        "notes": tuple(map(str, record.get("notes") or ())),
        "failure": record.get("failure"),
        "launches": len(launches),
        **{
            name: _median(entry.get(name) for entry in launches)
            for name in ("startup_ns", "spawn_ns", "peak_memory_bytes")
        },
    }


def _median(figures: Iterable[float | None]) -> float | None:
    known = [figure for figure in figures if figure is not None]
    return float(median(known)) if known else None
