"""The line between I/O-bound and CPU-bound: C*, up to which more at once buys speed."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.analysis.comparison import MAIN
from waitbench.findings import Finding
from waitbench.findings._gains import of_suites, overlap
from waitbench.findings._verdicts import above, decide, ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.perfmodel.roofline import Crossover, Side
    from waitbench.stats.estimates import Estimate

PLACE = 40
CLAIM = "io-or-cpu-bound"
ASKS = (
    "The wait and the CPU of a task alone say how many at once buy speed: up to C* = wait / CPU "
    "the work is I/O-bound, beyond it CPU-bound."
)
SUITES = ("io_bound", "mixed")
FITS = 1.25
"""A wall up to this many times its roofline is explained by it."""

SIDES = ("below", "above")
HALF = 0.5
"""Share of computing below which a scenario waits, whichever of its clients are full."""
APART = 2.0
"""Two lines are both worth telling where one lies this many times as high as the other."""
MOST = 3
"""So many scenarios are named in a list; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
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
    clients = [
        client
        for scenario in waiting
        for row in scenario.rows
        if (client := _client(scenario, row))
    ]
    if not clients:
        why = "Nothing that waits was raced with several at once in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    clear = [client for client in clients if client.side != "near"]
    answers = [client.fits for client in clear]
    # The claim has two sides: neither is supported by what lies on the other.
    one_sided = len({client.side for client in clear}) < len(SIDES)
    widest = max(clients, key=lambda client: client.crossover.value)
    return Finding(
        claim=CLAIM,
        # Near the line wait and CPU mix, so only what lies clear of it can speak.
        verdict=decide([*answers, *([None] if one_sided else [])], no_refutes=True),
        reason="partly measured" if one_sided else None,
        sentence=" ".join([_lines(clients), _sides(clients), *_misfits(clients)]),
        brief=_brief(clients),
        effect=widest.crossover.value,
        effect_of=f"the most that buys speed ({widest.row.model} in {widest.scenario.name})",
        unit="at once",
        interval=ends(widest.crossover.low, widest.crossover.high),
        evidence=tuple(f"{client.scenario.name}/{client.row.model}" for client in clients),
        conditions=tuple(dict.fromkeys(client.scenario.name for client in clients)),
    )


def _client(scenario: Comparison, row: Row) -> Client | None:
    if not (row.rival and row.crossover and row.roofline_ns and row.wall):
        return None
    return Client(
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


def _lines(clients: Sequence[Client]) -> str:
    """Return the line where it lies highest, and where it lies lowest."""
    places = _by_scenario(clients)
    ordered = sorted(places, key=lambda place: -_middle(places[place]))
    first, last = ordered[0], ordered[-1]
    sentence = (
        f"In {first}, more at once buys speed up to {_values(places[first])} "
        "(C* = wait / CPU per task)"
    )
    if _middle(places[first]) < APART * _middle(places[last]):
        return f"{sentence}."
    return f"{sentence}; in {last}, up to {_values(places[last])}."


def _values(clients: Sequence[Client]) -> str:
    ordered = sorted(clients, key=lambda client: -client.crossover.value)
    return formatting.listing([_value(client) for client in ordered])


def _value(client: Client) -> str:
    at = client.crossover
    return f"{formatting.crossover(at.value, at.low, at.high)} with {client.row.model}"


def _sides(clients: Sequence[Client]) -> str:
    """Return what lay beyond the line and what too near to it; the rest lay below."""
    if all(client.side == "below" for client in clients):
        return "Everything here lay below that line: it is I/O-bound."
    above, near, below = (
        [client for client in clients if client.side == side] for side in ("above", "near", "below")
    )
    sentences = [f"Beyond that line, and so CPU-bound: {_names(above, clients)}." if above else ""]
    sentences += [f"{formatting.count(len(near), 'row')} lay too near it to tell." if near else ""]
    sentences += ["The rest is I/O-bound." if below else ""]
    return " ".join(filter(None, sentences))


def _misfits(clients: Sequence[Client]) -> list[str]:
    """Return those whose wall neither wait nor CPU explains: something else held them back."""
    odd = [client for client in clients if client.side != "near" and client.fits is False]
    over = f"over {formatting.percent(FITS - 1)} above what wait and CPU explain"
    return [f"Something else held back {_names(odd, clients)} ({over})."] if odd else []


def _brief(clients: Sequence[Client]) -> str:
    clear = [client for client in clients if client.side != "near"]
    fits = sum(client.fits is True for client in clear)
    unsure = sum(client.fits is None for client in clear)
    brief = f"Wait and CPU explain {fits} of {formatting.count(len(clear), 'row')} clear of C*"
    return f"{brief}; {unsure} too unsure to tell" if unsure else brief


def _names(chosen: Sequence[Client], clients: Sequence[Client]) -> str:
    """Return the scenarios of some clients, and their models where those are not all there are."""
    all_clients, names = _by_scenario(clients), []
    for name, group in _by_scenario(chosen).items():
        models = formatting.listing([client.row.model for client in group])
        whole = len(group) == len(all_clients[name]) and not _of_its_clients(group[0].scenario)
        names.append(name if whole else f"{models} in {name}")
    return "; ".join(formatting.shortlist(names, MOST))


def _of_its_clients(scenario: Comparison) -> bool:
    """Whether clients can be told from the scenario: it waits, or not all of them are known."""
    waits = scenario.computing is not None and scenario.computing < HALF
    return waits or bool(bounds.held_back(scenario))


def _by_scenario(clients: Iterable[Client]) -> dict[str, list[Client]]:
    places: dict[str, list[Client]] = {}
    for client in clients:
        places.setdefault(client.scenario.name, []).append(client)
    return places


def _middle(clients: Sequence[Client]) -> float:
    return median(client.crossover.value for client in clients)
