"""Counts in, `results/proof/instructions/README.md` out; the same counts, the same page."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from tests.proof.shares import share
from waitbench.gate import decision, figures, instruction_counts
from waitbench.gate.settings import INSTRUCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NARROW = 0.001
"""A spread of counts of identical code that is small enough, as a share."""

ABOUT = f"""\
Twenty functions of pure Python (`tests/proof/instructions/twenty_functions.py`), each a loop of \
100 turns, stand in a repository; a commit changes a comment, another one gives each function one \
turn more, 1 %. Their instructions are counted as `waitbench gate` does it: in pairs of \
processes, base and head, under the worker that the clock has too; a pair hashes texts by a seed \
of its own; after a round to warm up, the smallest count of three is taken, less that of a \
benchmark that does nothing. A *pair of counts* is a function's count on base and on head in one \
pair of processes. The margin of instructions is {100 * INSTRUCTIONS:g} %, as unless set \
otherwise. Made by `./scripts/prove instructions`."""


def page(kept: Mapping[str, Any]) -> str:
    """Return the page in Markdown, of what has been measured."""
    parts = ["# The proof of the counted instructions", "", ABOUT, ""]
    if "environment" in kept:
        parts += [_machine(kept), ""]
    if "alike" in kept:
        parts += [*_alike(kept["alike"]), ""]
    if "more" in kept:
        parts += [*_more(kept["more"]), ""]
    if "gate" in kept:
        parts += [*_gate(kept["gate"]), ""]
    return "\n".join(parts).rstrip("\n") + "\n"


def _machine(kept: Mapping[str, Any]) -> str:
    machine = kept["environment"]
    first = kept.get("alike") or kept.get("more") or {}
    by = f", counted by {first['kind']}" if first else ""
    layout = "" if not first else f", {'fixed' if first['still'] else 'random'} addresses"
    python = f"{machine.get('implementation', 'CPython')} {machine.get('python', '')}".strip()
    return f"{machine.get('cpu')}, {machine.get('cores')} cores, {python}{by}{layout}."


def changes(pairs: Sequence[Sequence[float]]) -> list[float]:
    """Return by what share head has more instructions than base in each pair."""
    return [head / base - 1 for base, head in pairs]


def spread(pairs: Sequence[Sequence[float]]) -> float:
    """Return how far the changes of a function's pairs lie apart, from the least to the most."""
    every = changes(pairs)
    return max(every) - min(every)


def _alike(kept: Mapping[str, Any]) -> Iterator[str]:
    pairs = kept["pairs"]
    wide = [name for name in pairs if spread(pairs[name]) > NARROW]
    every = [change for taken in pairs.values() for change in changes(taken)]
    calls = _verdicts(pairs)
    yield "## Identical code"
    yield ""
    yield (
        f"{len(every)} pairs of counts. Changes of one function lie at most {100 * NARROW:g} % "
        f"apart in **{len(pairs) - len(wide)} of {len(pairs)}** functions"
        f"{f'; in {_listed(wide)} further' if wide else ''}. False alarms, pairs that differ by "
        f"more than the margin: **{share(abs(each) > INSTRUCTIONS for each in every)}**. Judged "
        f"by the gate's rule, {instruction_counts.PAIRS} pairs of processes each: "
        f"{share(verdict in ALARMS for verdict in calls)} called slower or faster."
    )
    yield ""
    heads = ("function", "instructions of a call", "median change", "spread of the changes")
    yield f"| {' | '.join(heads)} | of the counts over seeds |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, taken in pairs.items():
        base = [pair[0] for pair in taken]
        cells = (
            f"{median(base):,.0f}",
            f"{100 * median(changes(taken)):+.4f} %",
            f"{100 * spread(taken):.4f} %",
            f"{100 * (max(base) / min(base) - 1):.3f} %",
        )
        yield f"| {name} | {' | '.join(cells)} |"
    yield from _left_out(kept)


ALARMS = frozenset({"slower", "faster"})


def _verdicts(pairs: Mapping[str, Sequence[Sequence[float]]]) -> list[str]:
    """Return the verdicts of as many whole counts of the twenty as the pairs make."""
    many, size = min(map(len, pairs.values()), default=0), instruction_counts.PAIRS
    verdicts: list[str] = []
    for first in range(0, many - size + 1, size):
        window = {name: taken[first : first + size] for name, taken in pairs.items()}
        verdicts += [figure.verdict for figure in _judged(window).values()]
    return verdicts


def _judged(pairs: Mapping[str, Sequence[Sequence[float]]]) -> dict[str, figures.Figure]:
    return figures.judged(
        {name: [(base, head) for base, head in taken] for name, taken in pairs.items()},
        dict.fromkeys(pairs, INSTRUCTIONS),
        error=decision.FIGURES_ERROR,
        floor=figures.LAYOUT,
    )


def _more(kept: Mapping[str, Any]) -> Iterator[str]:
    judged = _judged(kept["pairs"])
    found = share(figure.verdict == "slower" for figure in judged.values())
    yield "## One per cent more"
    yield ""
    yield (
        f"Found, called slower by instructions: **{found}**, in **{kept['seconds']:g} s** for all "
        f"of it: both commits checked out and asked, {instruction_counts.PAIRS} pairs of "
        "processes."
    )
    yield ""
    yield "| function | change [99 %] | verdict |"
    yield "| --- | ---: | --- |"
    for name, figure in judged.items():
        middle, low, high = (100 * each for each in figure.change)
        yield f"| {name} | {middle:+.2f} % [{low:+.2f}, {high:+.2f}] | {figure.verdict} |"
    yield from _left_out(kept)


def _gate(kept: Mapping[str, Any]) -> Iterator[str]:
    yield "## Where clock and instructions differ"
    yield ""
    yield (
        f"One gate by both, {kept['seconds']:g} s. `memory` takes as many steps through as many "
        "cells, each to another page of memory instead of to the next cell, which the clock sees "
        "and no count does; `loop` has 1 % more turns, which is less than the clock is sure of; "
        "`alone` is left alone."
    )
    yield ""
    yield "| function | clock [99 %] | instructions [99 %] | verdict | what it says |"
    yield "| --- | ---: | ---: | --- | --- |"
    for result in kept["results"]:
        counted = result["figures"].get("instructions")
        cells = (
            _interval(result, 1) if result["change"] is not None else "",
            _interval(counted, 2) if counted else "",
            f"{result['verdict']}{', by ' + result['by'] if result['by'] else ''}",
            "; ".join(result["notes"]),
        )
        yield f"| {result['name'].removeprefix('bench_')} | {' | '.join(cells)} |"


def _interval(figure: Mapping[str, Any], digits: int) -> str:
    middle, low, high = (100 * figure[f"change{end}"] for end in ("", "_low", "_high"))
    return f"{middle:+.{digits}f} % [{low:+.{digits}f}, {high:+.{digits}f}]"


def _left_out(kept: Mapping[str, Any]) -> Iterator[str]:
    for name, why in kept["left_out"].items():
        yield ""
        yield f"Not counted: {name}, {why}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
