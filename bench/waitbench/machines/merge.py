"""Parts of one run in, its results file out: refused where they are of different runs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from waitbench.machines import agree
from waitbench.machines.gathering import Gathering
from waitbench.race.record import RaceRecord, row_key
from waitbench.results.benchmark_row import benchmark
from waitbench.results.record_json import to_json
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from waitbench.results.load import Run


INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """Which part a file is, and what must be the same in all of them.

    Attributes:
        path: the file.
        part: its number and how many there are.
        machine: the anonymous name of the machine that measured it.
        seed: of the order within blocks.
        options: what was asked for.
        environment: of the machine.
    """

    path: Path
    part: tuple[int, int]
    machine: str
    seed: int
    options: Mapping[str, Any]
    environment: Mapping[str, Any]


def place(path: Path, meta: Mapping[str, Any], options: Mapping[str, Any]) -> Place:
    """Return what a file says of the part that it is.

    Raises:
        BenchError: it is no part.
    """
    part, machine = options.get("part"), meta.get("machine")
    if not (isinstance(part, list) and len(part) == len(("number", "many")) and machine):
        raise BenchError(
            f"{path} is a whole run, no part of one; `waitbench run --part 1/4 --seed 7 -o part-1."
            "json` and `waitbench gate … --part 1/4 --seed 7 -o part-1.json` write parts"
        )
    return Place(
        path=path,
        part=(int(part[0]), int(part[1])),
        machine=str(machine),
        seed=int(meta["seed"]),
        options=options,
        environment=meta.get("environment") or {},
    )


def missing(places: Sequence[Place]) -> list[int]:
    """Return the numbers of the parts that are not there, all others being of one run.

    Raises:
        BenchError: two of them are of different runs, or the same part; says how they differ.
    """
    for one, other in pairwise(sorted(places, key=lambda each: each.part)):
        if one.part == other.part:
            raise BenchError(
                f"{one.path} and {other.path} are both part {one.part[0]} of {one.part[1]}: "
                "leave one of them out"
            )
        different = (
            (one.seed != other.seed and f"seed {one.seed}, not {other.seed}")
            or (one.part[1] != other.part[1] and f"{one.part[1]} parts, not {other.part[1]}")
            or agree.changed(one.options, other.options)
            or agree.difference(one.environment, other.environment)
        )
        if different:
            raise BenchError(f"{one.path} and {other.path} are of different runs: {different}")
    present = {each.part[0] for each in places}
    return [number for number in range(1, places[0].part[1] + 1) if number not in present]


def merged(runs: Sequence[Run]) -> tuple[dict[str, Any], list[int]]:
    """Return the results file of a run whose parts these are, and which parts it lacks.

    Raises:
        BenchError: they are no parts, or of different runs.
    """
    by_place = {place(run.path, run.meta, run.meta.get("options") or {}): run for run in runs}
    places = sorted(by_place, key=lambda each: each.part)
    lacking = missing(places)
    gathering = Gathering()
    for each in places:
        gathering.add(_race(by_place[each]), machine=each.machine, environment=each.environment)
    record = gathering.whole()
    ordered = [by_place[each] for each in places]
    return _document(record, ordered, _warnings(gathering, places, ordered, lacking)), lacking


def sentence(lacking: Sequence[int], many: int) -> str:
    """Return which parts are missing; empty where none is."""
    if not lacking:
        return ""
    numbers = ", ".join(map(str, lacking))
    is_ = f"part {numbers} of {many} is" if len(lacking) == 1 else f"parts {numbers} of {many} are"
    return f"{is_} missing; the rest is decided"


def _race(run: Run) -> RaceRecord:
    return RaceRecord(
        rows={row_key(row.scenario, row.contestant): row for row in run.contestants},
        target=run.meta.get("target"),
        interrupted=bool(run.meta.get("interrupted")),
    )


def _warnings(
    gathering: Gathering, places: Sequence[Place], runs: Sequence[Run], lacking: Sequence[int]
) -> list[dict[str, str]]:
    """Return what was said of each machine once, under its name, and which parts are missing."""
    several = len(gathering.parts) > 1
    ranked = [machine for machine, _ in gathering.parts.most_common()]
    alike: dict[str, dict[int, dict[str, str]]] = {}
    for each, run in zip(places, runs, strict=True):
        for warning in run.meta.get("warnings") or ():
            # What went wrong in a run is told each time, what a machine is like but once.
            code = str(warning.get("code"))
            of = code if code != INCIDENT else str(warning.get("text"))
            alike.setdefault(of, {})[ranked.index(each.machine) + 1] = warning
    warnings = []
    for machines in alike.values():
        number = min(machines)
        more = f" and {len(machines) - 1} more" if machines.keys() - {number} else ""
        where = f"machine {number}{more}: " if several else ""
        warnings.append({**machines[number], "text": f"{where}{machines[number]['text']}"})
    if text := sentence(lacking, places[0].part[1]):
        warnings.append({"code": "missing-part", "text": text, "advice": ""})
    return warnings


def _document(
    record: RaceRecord, runs: Sequence[Run], warnings: Iterable[Mapping[str, str]]
) -> dict[str, Any]:
    machine = record.machines[0]["environment"]
    first = runs[0].meta
    rows = list(record.rows.values())
    meta = {name: value for name, value in first.items() if name != "machine"}
    left_out = [row for run in runs for row in run.meta.get("left_out") or ()]
    return {
        "machine_info": {
            "python_version": machine.get("python"),
            "python_implementation": machine.get("implementation"),
            "cpu": {"brand_raw": machine.get("cpu"), "count": machine.get("cores")},
        },
        "commit_info": {},
        "benchmarks": [benchmark(row) for row in rows if row.times_ns],
        "datetime": max(run.when for run in runs),
        "waitbench": {
            **meta,
            "options": {**(first.get("options") or {}), "part": None},
            "environment": machine,
            **({"machines": record.machines} if len(record.machines) > 1 else {}),
            "left_out": [row for at, row in enumerate(left_out) if row not in left_out[:at]],
            "interrupted": record.interrupted,
            "warnings": list(warnings),
            "target": record.target,
            "failed": [to_json(row) for row in rows if not row.times_ns],
        },
    }
