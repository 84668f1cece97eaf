"""Parts of one gate in, its outcome out: all pairs of all machines in a single look."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.gate import decision, run_queue
from waitbench.gate.evidence import GateEvidence
from waitbench.gate.machine_notes import on_machines
from waitbench.gate.outcome import Costs, Outcome, Result
from waitbench.gate.worktrees import SIDES
from waitbench.machines import merge
from waitbench.machines.gathering import Gathering
from waitbench.race.record import RaceRecord, row_key
from waitbench.results import load
from waitbench.stats import estimates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.results.record import ContestantRecord

UNDECIDED = "undecided"


def is_part(document: Any) -> bool:
    """Return whether a document is a gate's, whole or a part of one."""
    meta = document.get("waitbench") if isinstance(document, dict) else None
    return isinstance(meta, dict) and isinstance(meta.get("gate"), dict)


def merged(paths: Sequence[Path], documents: Sequence[Mapping[str, Any]]) -> Outcome:
    """Decide over all parts together.

    Raises:
        BenchError: they are no parts, or of different gates.
    """
    found = {
        merge.place(path, document["waitbench"], document["waitbench"].get("options") or {}): (
            document
        )
        for path, document in zip(paths, documents, strict=True)
    }
    places = sorted(found, key=lambda place: place.part)
    lacking = merge.missing(places)
    gathering, evidence, seconds = Gathering(), GateEvidence(), 0.0
    for place in places:
        race, pairs = _race(place.path, found[place])
        gathering.add(
            race,
            machine=place.machine,
            environment=place.environment,
            renumber=evidence.launches,
        )
        evidence.launches += pairs
        seconds += float(found[place]["waitbench"]["gate"]["seconds"])
    evidence.race = gathering.whole()
    gates = [found[place]["waitbench"]["gate"] for place in places]
    results = _decided(_results(gates), evidence, decision.merged_look(len(places), _many(places)))
    first = gates[0]
    machines = evidence.race.machines
    return Outcome(
        base=first["base"],
        head=first["head"],
        results=tuple(results),
        seconds=seconds,
        seed=places[0].seed,
        notes=tuple(
            dict.fromkeys(
                [
                    *filter(None, [merge.sentence(lacking, _many(places))]),
                    *(note for gate in gates for note in gate["notes"]),
                ]
            )
        ),
        interrupted=evidence.interrupted,
        rows=evidence.rows,
        environment=machines[0]["environment"],
        commits=(first["commits"][0], first["commits"][1]),
        method=_method(results, len(machines), places, seconds),
        machines=tuple(machines) if machines[1:] else (),
    )


def _many(places: Sequence[merge.Place]) -> int:
    return places[0].part[1]


def _race(path: Path, document: Mapping[str, Any]) -> tuple[RaceRecord, int]:
    """Return what a part raced, and in how many pairs."""
    meta = document["waitbench"]
    if not (document.get("benchmarks") or meta.get("failed")):
        return RaceRecord(), 0  # it raced nothing, and its results say why
    rows = load.parsed(path, document).contestants
    race = RaceRecord(
        rows={row_key(row.scenario, row.contestant): row for row in rows},
        interrupted=bool(meta["interrupted"]),
    )
    return race, race.next_launch


def _results(gates: Sequence[Mapping[str, Any]]) -> list[Result]:
    """Return each benchmark as the parts describe it; what failed in one of them has failed."""
    described: dict[str, Result] = {}
    for form in (form for gate in gates for form in gate["results"]):
        result = Result(
            name=form["name"],
            verdict=form["verdict"],
            margin=form["margin"],
            notes=tuple(form["notes"]),
            file=form["file"],
            line=form["line"],
            costs={side: Costs(**costs) for side, costs in form["costs"].items()},
        )
        before = described.setdefault(result.name, result)
        notes = tuple(dict.fromkeys([*before.notes, *result.notes]))
        worse = result if before.verdict == UNDECIDED else before
        described[result.name] = replace(worse, notes=notes)
    return [*described.values()]


def _decided(
    results: Sequence[Result], evidence: GateEvidence, look: decision.Look
) -> list[Result]:
    """Return the results with their verdicts, Holm's rule over all that were raced."""
    raced = [result for result in results if result.verdict == UNDECIDED]
    ratios = [evidence.ratio(result.name, confidence=1 - decision.ERROR) for result in raced]
    margins = [result.margin for result in raced]
    decisions = dict(
        zip((result.name for result in raced), decision.decide(ratios, margins, look), strict=True)
    )
    ratio_of = dict(zip(decisions, ratios, strict=True))
    return [
        replace(
            result,
            verdict=decisions[result.name].verdict,
            ratio=ratio_of[result.name],
            pairs=evidence.pairs(result.name),
            base_ns=_base_ns(evidence, result.name),
            notes=(*result.notes, *on_machines(evidence, result, len(raced))),
        )
        if result.name in decisions
        else result
        for result in results
    ]


def _base_ns(evidence: GateEvidence, name: str) -> float | None:
    """Return what base takes on the machine that raced most pairs: walls are never pooled."""
    sides = evidence.sides(name)
    base: ContestantRecord | None = sides[0] if len(sides) == len(SIDES) else None
    if base is None:
        return None
    names = [*base.machines.values()]
    own = base.on(min(names)) if names else base
    calls = int(base.scenario.params.get("calls", 1))
    centre = estimates.centre(estimates.by_launch(run_queue.blocks([own])[0]))
    return centre.value / calls if centre else None


def _method(
    results: Sequence[Result], machines: int, places: Sequence[merge.Place], seconds: float
) -> str:
    pairs = [result.pairs for result in results if result.pairs]
    many = formatting.count(machines, "machine")
    over = "machines" if machines > 2 else "pairs"  # noqa: PLR2004 - two are just those two
    return (
        f"{median(pairs) if pairs else 0:g} fresh pairs of processes by {many} in {len(places)} of "
        f"{_many(places)} parts; intervals of 99 % over {over}, pairs never across machines; one "
        "look over all that were raced, false alarms in at most 1 % of gates, merges of fewer "
        f"parts before it counted in. Seed {places[0].seed}, {formatting.duration(seconds * 1e9)} "
        "of all machines"
    )
