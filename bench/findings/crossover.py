"""The line between I/O-bound and CPU-bound: C*, up to which more at once buys speed."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench import wording
from bench.findings import MAIN, Finding
from bench.findings._certainty import above, decide, ends
from bench.findings._gains import of_suites, overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.comparison import Comparison, Summary
    from bench.roofline import Crossover, Side
    from bench.row import Row
    from bench.stats import Estimate

PLACE = 40
CLAIM = "io-or-cpu-bound"
ASKS = (
    "The wait and the CPU of a task alone say how many at once buy speed: up to C* = wait / CPU "
    "the work is I/O-bound, beyond it CPU-bound."
)
SUITES = ("io_bound", "mixed")
FITS = 1.25
"""A wall up to this many times its roofline is explained by it."""

APART = 2.0
"""Two lines are both worth telling where one lies this many times as high as the other."""
MOST = 3
"""So many scenarios are named in a list; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One client in one scenario.

    Attributes:
        scenario: what it ran.
        row: how it fared.
        crossover: its C*.
        side: where the scenario's concurrency lies to that.
        fits: whether wait and CPU alone explain its wall; None where the interval leaves it open.
    """

    scenario: Comparison
    row: Row
    crossover: Crossover
    side: Side
    fits: bool | None


def find(summary: Summary) -> Finding:
    """Compute every client's C*; check that wait and CPU on either side of it explain the wall.

    A wall up to 1.25 times its roofline (the least that wait and CPU allow) is explained by them.
    Rows too near to C* are left out of the verdict: there the two mix.
    """
    waiting = [
        scenario
        for scenario in of_suites(summary, MAIN)
        if scenario.waits_ns > 0 and overlap(scenario) > 1
    ]
    cells = [
        cell for scenario in waiting for row in scenario.rows if (cell := _cell(scenario, row))
    ]
    if not cells:
        why = "Nothing that waits was raced with several at once in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    widest = max(cells, key=lambda cell: cell.crossover.value)
    return Finding(
        claim=CLAIM,
        # Near the line wait and CPU mix, so only what lies clear of it can speak.
        verdict=decide((cell.fits for cell in cells if cell.side != "near"), no_refutes=True),
        sentence=" ".join([_lines(cells), _sides(cells), *_misfits(cells)]),
        brief=_brief(cells),
        effect=widest.crossover.value,
        unit="at once",
        interval=ends(widest.crossover.low, widest.crossover.high),
        evidence=tuple(f"{cell.scenario.name}/{cell.row.model}" for cell in cells),
        conditions=tuple(dict.fromkeys(cell.scenario.name for cell in cells)),
    )


def _cell(scenario: Comparison, row: Row) -> Cell | None:
    if not (row.rival and row.crossover and row.roofline_ns and row.wall):
        return None
    return Cell(
        scenario=scenario,
        row=row,
        crossover=row.crossover,
        side=row.crossover.side(min(scenario.concurrency, scenario.tasks)),
        fits=_fits(row.wall, FITS * row.roofline_ns),
    )


def _fits(wall: Estimate, most_ns: float) -> bool | None:
    if wall.value <= most_ns:
        return True
    return False if above(wall, most_ns) else None


def _lines(cells: Sequence[Cell]) -> str:
    """Return the line where it lies highest, and where it lies lowest."""
    places = _by_scenario(cells)
    ordered = sorted(places, key=lambda place: -_middle(places[place]))
    first, last = ordered[0], ordered[-1]
    sentence = (
        f"In {first}, more at once buys speed up to {_values(places[first])} "
        "(C* = wait / CPU per task)"
    )
    if _middle(places[first]) < APART * _middle(places[last]):
        return f"{sentence}."
    return f"{sentence}; in {last}, up to {_values(places[last])}."


def _values(cells: Sequence[Cell]) -> str:
    ordered = sorted(cells, key=lambda cell: -cell.crossover.value)
    return wording.listing([_value(cell) for cell in ordered])


def _value(cell: Cell) -> str:
    at = cell.crossover
    return f"{wording.crossover(at.value, at.low, at.high)} with {cell.row.model}"


def _sides(cells: Sequence[Cell]) -> str:
    """Return what lay beyond the line and what too near to it; the rest lay below."""
    if all(cell.side == "below" for cell in cells):
        return "Everything here lay below that line: it is I/O-bound."
    above, near, below = (
        [cell for cell in cells if cell.side == side] for side in ("above", "near", "below")
    )
    sentences = [f"Beyond that line, and so CPU-bound: {_names(above, cells)}." if above else ""]
    sentences += [f"{wording.count(len(near), 'row')} lay too near it to tell." if near else ""]
    sentences += ["The rest is I/O-bound." if below else ""]
    return " ".join(filter(None, sentences))


def _misfits(cells: Sequence[Cell]) -> list[str]:
    """Return those whose wall neither wait nor CPU explains: something else held them back."""
    odd = [cell for cell in cells if cell.side != "near" and cell.fits is False]
    over = f"over {wording.percent(FITS - 1)} above what wait and CPU explain"
    return [f"Something else held back {_names(odd, cells)} ({over})."] if odd else []


def _brief(cells: Sequence[Cell]) -> str:
    clear = [cell for cell in cells if cell.side != "near"]
    fits = sum(cell.fits is True for cell in clear)
    unsure = sum(cell.fits is None for cell in clear)
    brief = f"Wait and CPU explain {fits} of {wording.count(len(clear), 'row')} clear of C*"
    return f"{brief}; {unsure} too unsure to tell" if unsure else brief


def _names(chosen: Sequence[Cell], cells: Sequence[Cell]) -> str:
    """Return the scenarios of some cells, and their models where those are not all there are."""
    all_cells, names = _by_scenario(cells), []
    for name, group in _by_scenario(chosen).items():
        models = wording.listing([cell.row.model for cell in group])
        names.append(name if len(group) == len(all_cells[name]) else f"{models} in {name}")
    more = len(names) - MOST
    shown = names if more <= 0 else [*names[:MOST], f"{more} more"]
    return "; ".join(shown)


def _by_scenario(cells: Iterable[Cell]) -> dict[str, list[Cell]]:
    places: dict[str, list[Cell]] = {}
    for cell in cells:
        places.setdefault(cell.scenario.name, []).append(cell)
    return places


def _middle(cells: Sequence[Cell]) -> float:
    return median(cell.crossover.value for cell in cells)
