"""The claim that threads and processes bring more complexity than speed, beside asyncio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import wording
from bench.findings import Finding
from bench.findings._certainty import LIMIT, above, decide, interval, with_interval
from bench.findings._cpu import times_the_cpu
from bench.findings._gains import sound, waiting
from bench.row import compare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.comparison import Comparison, Summary
    from bench.row import Row
    from bench.stats import Estimate

PLACE = 24
CLAIM = "threads-processes-complexity"
ASKS = "For waiting work, threads and processes bring more complexity than speed, beside asyncio."
SUITES = ("io_bound", "article")
MODEL, OTHERS = "asyncio", ("threads", "processes")
WORKLOAD = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
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
        return f"{self.at_once} at once of {wording.duration(self.scenario.waits_ns)}"


def find(summary: Summary) -> Finding:
    """Pair threads and processes directly with asyncio at each concurrency of waiting requests.

    They are behind where asyncio surely leads by more than 10 %, and level where that is ruled out.
    Behind everywhere, they bring less speed at more cost, which supports the claim; level
    everywhere, they bring all of it, which refutes it; both: it depends on how many at once.
    CPU, memory and start-up, the price that can be measured, are said beside it.
    """
    cells = [
        cell
        for scenario in waiting(summary, SUITES)
        if scenario.workload == WORKLOAD
        for name in OTHERS
        if (cell := _cell(summary, scenario, name))
    ]
    if not cells:
        why = (
            "Threads or processes were not measured beside asyncio on waiting requests in a way "
            "that counts"
        )
        return Finding.undecided(CLAIM, why, SUITES[:1])
    cells.sort(key=lambda cell: cell.rate)
    hardest = _of(cells, next(name for name in OTHERS if _of(cells, name)))[-1]
    return Finding(
        claim=CLAIM,
        verdict=decide(cell.behind for cell in cells),
        sentence=" ".join([_speeds(cells), *_price(cells)]),
        brief="; ".join(_brief(_of(cells, name)) for name in OTHERS if _of(cells, name)),
        effect=hardest.lead.value,
        interval=interval(hardest.lead),
        evidence=tuple(f"{cell.scenario.name}/{cell.row.model}" for cell in cells),
        conditions=tuple(_condition(_of(cells, name)) for name in OTHERS if _of(cells, name)),
    )


def _cell(summary: Summary, scenario: Comparison, name: str) -> Cell | None:
    row, best = sound(scenario, name), sound(scenario, MODEL)
    if not (row and best):
        return None
    lead = compare(best, row, confidence=summary.methods.confidence)
    if lead is None:
        return None
    return Cell(scenario=scenario, row=row, asyncio=best, lead=lead, cpu=times_the_cpu(row, best))


def _of(cells: Sequence[Cell], name: str) -> list[Cell]:
    return [cell for cell in cells if cell.row.model == name]


def _condition(cells: Sequence[Cell]) -> str:
    """Return up to where a model keeps up and from where it does not, in order of their rates."""
    level = [cell for cell in cells if cell.behind is False]
    behind = [cell for cell in cells if cell.behind]
    parts = [f"level up to {level[-1].place}"] if level else []
    parts += [f"behind from {behind[0].place}"] if behind else []
    return f"{cells[0].row.model} {' and '.join(parts) or 'too unsure to call'}"


def _brief(cells: Sequence[Cell]) -> str:
    level = [cell for cell in cells if cell.behind is False]
    last = f"keep up to {level[-1].place}" if level else "nowhere surely keep up"
    return f"{cells[0].row.model} {last}"


def _speeds(cells: Sequence[Cell]) -> str:
    """Return asyncio's lead where least and where most is asked of a model."""
    parts = []
    for name in OTHERS:
        of_model = _of(cells, name)
        ends = dict.fromkeys([of_model[0].place, of_model[-1].place]) if of_model else {}
        by_place = {cell.place: cell for cell in of_model}
        leads = [f"{with_interval(by_place[place].lead)} with {place}" for place in ends]
        parts += [f"as fast as {name}: {wording.listing(leads)}"] if leads else []
    return f"asyncio was so many times {'; '.join(parts)}."


def _price(cells: Sequence[Cell]) -> list[str]:
    """Return what the hardest scenario cost each of them, beside asyncio."""
    place = cells[-1].scenario.name
    parts = []
    for cell in (cell for cell in cells if cell.scenario.name == place):
        figures = [f"{with_interval(cell.cpu)} times asyncio's CPU"] if cell.cpu else []
        if cell.row.memory_bytes and cell.asyncio.memory_bytes:
            beside = wording.size(cell.asyncio.memory_bytes)
            figures.append(f"{wording.size(cell.row.memory_bytes)} of memory ({beside})")
        if cell.row.startup_ns and cell.asyncio.startup_ns:
            beside = wording.duration(cell.asyncio.startup_ns)
            figures.append(f"{wording.duration(cell.row.startup_ns)} to start ({beside})")
        parts += [f"{cell.row.model} took {wording.listing(figures)}"] if figures else []
    return [f"With {cells[-1].place} {'; '.join(parts)}."] if parts else []
