"""The claim that threads and processes bring more complexity than speed, beside asyncio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.row import compare
from waitbench.findings import Finding
from waitbench.findings._cpu import times_the_cpu
from waitbench.findings._gains import sound, waiting
from waitbench.findings._verdicts import LIMIT, above, decide, with_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate

PLACE = 24
CLAIM = "threads-processes-complexity"
ASKS = "For waiting work, threads and processes bring more complexity than speed, beside asyncio."
SUITES = ("io_bound", "article")
MODEL, OTHERS = "asyncio", ("threads", "processes")
WORKLOAD = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Threads or processes in one scenario, beside asyncio.

    Attributes:
        scenario: where.
        row: theirs.
        asyncio: its row.
        lead: times faster that asyncio is.
        cpu: times asyncio's CPU that a request takes.
    """

    scenario: Comparison
    row: Row
    asyncio: Row
    lead: Estimate
    cpu: Estimate | None

    @property
    def behind(self) -> bool | None:
        """Whether asyncio surely leads by more than a tenth; surely does not; or None: open."""
        return above(self.lead, LIMIT)

    @property
    def at_once(self) -> int:
        """How many requests could be under way."""
        return min(self.scenario.tasks, self.scenario.concurrency)

    @property
    def rate(self) -> float:
        """Requests a second that the waits allow: what the model has to keep up with."""
        return self.at_once / self.scenario.waits_ns * 1e9

    @property
    def place(self) -> str:
        """How many at once of which wait: 20 at once of 50 ms."""
        return f"{self.at_once} at once of {formatting.duration(self.scenario.waits_ns)}"


def find(summary: Summary) -> Finding:
    """Pair threads and processes directly with asyncio at each concurrency of waiting requests.

    They are behind where asyncio surely leads by more than 10 %, and level where that is ruled out.
    Behind everywhere, they bring less speed at more cost, which supports the claim; level
    everywhere, they bring all of it, which refutes it; both: it depends on how many at once.
    CPU, memory and start-up, the price that can be measured, are said beside it.
    """
    rivals = [
        rival
        for scenario in waiting(summary, SUITES)
        if scenario.workload == WORKLOAD
        for name in OTHERS
        if (rival := _rival(summary, scenario, name))
    ]
    if not rivals:
        why = (
            "Threads or processes were not measured beside asyncio on waiting requests in a way "
            "that counts"
        )
        return Finding.undecided(CLAIM, why, SUITES[:1])
    rivals.sort(key=lambda rival: rival.rate)
    by_model = {name: [rival for rival in rivals if rival.row.model == name] for name in OTHERS}
    by_model = {name: of_model for name, of_model in by_model.items() if of_model}
    # The claim is about both: neither is supported by what the other did.
    whole = len(by_model) == len(OTHERS)
    hardest = next(iter(by_model.values()))[-1]
    return Finding(
        claim=CLAIM,
        verdict=decide([*(rival.behind for rival in rivals), *([] if whole else [None])]),
        reason=None if whole else "partly measured",
        sentence=" ".join([_speeds(by_model), *_price(rivals)]),
        brief="; ".join(map(_brief, by_model.values())),
        effect=hardest.lead.value,
        effect_of=f"asyncio beside {hardest.row.model}, {hardest.place}",
        interval=hardest.lead.interval,
        evidence=tuple(f"{rival.scenario.name}/{rival.row.model}" for rival in rivals),
        conditions=tuple(map(_condition, by_model.values())),
    )


def _rival(summary: Summary, scenario: Comparison, name: str) -> Rival | None:
    row, best = sound(scenario, name), sound(scenario, MODEL)
    if not (row and best):
        return None
    lead = compare(best, row, confidence=summary.methods.confidence)
    if lead is None:
        return None
    return Rival(scenario=scenario, row=row, asyncio=best, lead=lead, cpu=times_the_cpu(row, best))


def _condition(rivals: Sequence[Rival]) -> str:
    """Return up to where a model keeps up and from where it does not, in order of their rates."""
    level = [rival for rival in rivals if rival.behind is False]
    behind = [rival for rival in rivals if rival.behind]
    parts = [f"level up to {level[-1].place}"] if level else []
    parts += [f"behind from {behind[0].place}"] if behind else []
    return f"{rivals[0].row.model} {' and '.join(parts) or 'too unsure to call'}"


def _brief(rivals: Sequence[Rival]) -> str:
    level = [rival for rival in rivals if rival.behind is False]
    last = f"keep pace up to {level[-1].place}" if level else "nowhere surely keep pace"
    return f"{rivals[0].row.model} {last}"


def _speeds(by_model: Mapping[str, Sequence[Rival]]) -> str:
    """Return asyncio's lead where least and where most is asked of a model."""
    parts = []
    for name, rivals in by_model.items():
        by_place = {rival.place: rival for rival in rivals}
        ends = dict.fromkeys([rivals[0].place, rivals[-1].place])
        leads = [f"{with_interval(by_place[place].lead)} with {place}" for place in ends]
        parts.append(f"against {name} {formatting.listing(leads)}")
    return f"asyncio was, in times as fast, {'; '.join(parts)}."


def _price(rivals: Sequence[Rival]) -> list[str]:
    """Return what the hardest scenario cost each of them, beside asyncio."""
    place = rivals[-1].scenario.name
    parts = []
    for rival in (rival for rival in rivals if rival.scenario.name == place):
        figures = [f"{with_interval(rival.cpu)} times asyncio's CPU"] if rival.cpu else []
        if rival.row.measured.memory_bytes and rival.asyncio.measured.memory_bytes:
            beside = formatting.size(rival.asyncio.measured.memory_bytes)
            figures.append(
                f"{formatting.size(rival.row.measured.memory_bytes)} of memory ({beside})"
            )
        if rival.row.measured.startup_ns and rival.asyncio.measured.startup_ns:
            beside = formatting.duration(rival.asyncio.measured.startup_ns)
            figures.append(
                f"{formatting.duration(rival.row.measured.startup_ns)} to start ({beside})"
            )
        parts += [f"{rival.row.model} took {formatting.listing(figures)}"] if figures else []
    return [f"With {rivals[-1].place} {'; '.join(parts)}."] if parts else []
