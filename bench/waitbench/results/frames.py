"""Records in, two frames out: a row per round and a row per contestant."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from waitbench.results.validity import disturbed, standings
from waitbench.scenario import BASELINE, BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import pandas as pd

    Figures = np.ndarray[Any, np.dtype[np.int64]]

COLUMNS = (
    "suite",
    "scenario",
    "model",
    "launch",
    "block",
    "wall_ns",
    "timed",
    "disturbed",
    "left_out",
)
SERIAL = "asyncio_serial"
"""The client library alone, one task at a time on a loop: a control wherever it takes part."""
NESTED = {"parts": "part", "seen": "seen", "target": "target"}
"""Dicts within a round, which become columns of their own: what those are called before `_`."""


def build(records: Sequence[Mapping[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the frame of rounds and the frame of contestants, both in the order of the file.

    Raises:
        KeyError, TypeError, ValueError: a record lacks what every record has.
    """
    import pandas as pd

    rounds = pd.DataFrame.from_records([row for record in records for row in _rounds(record)])
    if rounds.empty:
        rounds = pd.DataFrame(columns=list(COLUMNS))
    contestants = pd.DataFrame.from_records([_contestant(record) for record in records])
    if contestants.empty:
        contestants = pd.DataFrame(columns=["suite", "scenario", "model"])
    return rounds, contestants


def spans(packed: Iterable[str], whose: str) -> tuple[Figures, Figures]:
    """Starts and durations in nanoseconds of all tasks of these rounds.

    Raises:
        BenchError: a round's spans are damaged; says `whose`.
    """
    import numpy as np

    from waitbench.results.spans import unpack

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
    rounds = record["rounds"]
    for entry, standing in zip(rounds, standings(rounds), strict=True):
        fields = {name: value for name, value in entry.items() if name not in NESTED}
        nested = {
            f"{prefix}_{name}": value
            for within, prefix in NESTED.items()
            for name, value in (entry.get(within) or {}).items()
        }
        yield {
            **whose,
            **fields,
            "disturbed": disturbed(entry),
            "left_out": standing == "left_out",
            "timed": standing == "timed",
            **nested,
        }


def _contestant(record: Mapping[str, Any]) -> dict[str, Any]:
    scenario, launches = dict(record["scenario"]), record["launches"]
    model, contestant = str(record["model"]), record.get("entrant") or {}
    own = contestant.get("params") or {}
    params = {**(scenario.get("params") or {}), **own}
    kind = str(contestant.get("model") or model)
    baseline = str(scenario.get("baseline") or BASELINE)
    aside = {SERIAL, *(scenario.get("controls") or ())}
    return {
        **scenario,
        "scenario": str(scenario.pop("name")),
        "model": model,
        "kind": kind,
        "baseline": baseline,
        "own_params": own,
        "opens_anew": bool(record.get("opens_anew")) or params.get("connection") == "new",
        "control": model != baseline and not aside.isdisjoint({model, kind}),
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
    numbers = [figure for figure in figures if figure is not None]
    return float(median(numbers)) if numbers else None
