"""Advice in, words out: the sentence first, then why, what it costs, and what would change it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from bench.advisor.predict import predict
from bench.advisor.reasons import bound, changes, foretold, made_of
from bench.advisor.sketch import sketch
from bench.wording import between, duration, percent, size, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.advisor.advice import Advice
    from bench.advisor.measured import Spot
    from bench.advisor.verify import Raced

PLACES = {"threads": "workers", "processes": "workers", "asyncio": "at once"}


def sentence(advice: Advice) -> str:
    """Say it all in one line: 80 % waiting; predicted …; measured …: use threads, 24 workers."""
    waiting = percent(advice.probe.share.demand.waiting)
    said = [f"{waiting} waiting", f"predicted {', '.join(map(foretold, advice.predicted))}"]
    measured = [_measured(one) for one in _fastest(advice)]
    if measured:
        said.append(f"measured {', '.join(measured)}")
    return f"{'; '.join(said)}: {verdict(advice)}."


def verdict(advice: Advice) -> str:
    """Say what to use."""
    if advice.because:
        return f"stay sequential, {advice.because}"
    said = f"{advice.model}, {advice.width} {PLACES[advice.model]}"
    if advice.low is not None and advice.low < 1:
        return f"probably {said}, but it is not sure to gain: give --minutes more"
    return f"use {said}"


def paragraphs(advice: Advice, spot: Spot | None = None) -> Iterator[tuple[str, str]]:
    """Give what stands below the sentence, each part with its heading.

    Args:
        advice: of one callable.
        spot: where it lies on a measured map; None where none was named.
    """
    yield "made of", made_of(advice.setting.demand)
    yield "bound", bound(advice)
    if spot:
        yield f"on the map of {spot.run}", spot.words
    for one in advice.misses:
        off = f"predicted {times(one.predicted)}x, measured {times(one.measured)}x"
        words = f"{one.model} at {one.width}: {off}; suspect: {one.suspect}."
        yield "the model was wrong", words
    yield from _costs(advice)
    if said := changes(advice):
        yield "would change it", said
    for remark in advice.remarks:
        yield "note", remark
    if assumed := next((one.assumed for one in advice.predicted if one.assumed), None):
        yield "taken for granted", f"{assumed} (--async names one, which is raced then)."
    yield "calls made", f"about {_calls(advice):,}, {advice.calls} in a round of the race"


def table(advice: Advice) -> list[tuple[str, ...]]:
    """Give rows of model, width, predicted, measured, memory and start-up; the header first."""
    rows: list[tuple[str, ...]] = [
        ("model", "at once", "predicted", "measured", "start-up", "memory")
    ]
    models = list(dict.fromkeys(one.model for one in advice.raced))
    for one in sorted(advice.raced, key=lambda one: (models.index(one.model), one.width)):
        told = predict(advice.setting, one.model, one.width, advice.calls)
        rows.append((one.model, str(one.width), f"{times(told.times)}x", *_came(one)))
    rows += [
        (one.model, str(one.width), f"{times(one.times)}x", "-", "-", "-")
        for one in advice.predicted
        if one.model not in models
    ]
    return rows


def code(advice: Advice) -> str:
    """Give ten lines for the user's own function; empty where nothing is to be changed."""
    return "" if advice.because else sketch(advice.question, advice.model, advice.width)


def _costs(advice: Advice) -> Iterator[tuple[str, str]]:
    if advice.because:
        return
    chosen = advice.model, advice.width
    mine = next((one for one in advice.raced if (one.model, one.width) == chosen), None)
    if mine and mine.startup_ns and mine.memory_bytes:
        memory = f"{size(mine.memory_bytes)} of memory in all at most"
        yield "costs", f"{duration(mine.startup_ns)} to start it up, {memory}."
    most = advice.setting.saturates_at(advice.model)
    if most < inf:
        yield "stops helping", f"beyond about {most:,.0f} at once (C*)."


def _came(one: Raced) -> tuple[str, str, str]:
    measured = "1x" if one.model == "sync" else "failed" if one.failure else "-"
    if one.times:
        measured = f"{times(one.times.value)}x"
        if one.times.low and one.times.high:
            measured += f" {between(one.times.low, one.times.high)}"
    startup = duration(one.startup_ns) if one.startup_ns else "-"
    return measured, startup, size(one.memory_bytes) if one.memory_bytes else "-"


def _calls(advice: Advice) -> int:
    return advice.probe.calls + sum(one.calls for one in advice.raced)


def _fastest(advice: Advice) -> list[Raced]:
    """Give of each model what is advised, else its best width, in the order they were raced."""
    chosen = advice.model, advice.width
    found: dict[str, list[Raced]] = {}
    for one in advice.raced:
        if one.times:
            found.setdefault(one.model, []).append(one)
    return [max(some, key=lambda one: _rank(one, chosen)) for some in found.values()]


def _rank(one: Raced, chosen: tuple[str, int]) -> tuple[bool, float]:
    return (one.model, one.width) == chosen, one.times.value if one.times else 0.0


def _measured(one: Raced) -> str:
    assert one.times
    ends = ""
    if one.times.low and one.times.high:
        ends = f" {between(one.times.low, one.times.high)}"
    return f"{one.model} {times(one.times.value)}x{ends}"


def plain(advice: Advice, spot: Spot | None = None) -> str:
    """Write it for a terminal: the sentence, the table, the reasons, the sketch."""
    rows = table(advice)
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [sentence(advice), ""]
    lines += ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    lines.append("")
    lines += [f"{heading}: {words}" for heading, words in paragraphs(advice, spot)]
    if written := code(advice):
        lines += ["", *(f"    {line}".rstrip() for line in written.splitlines())]
    return "\n".join(lines)


def markdown(advice: Advice, spot: Spot | None = None) -> str:
    """Write it for a pull request or an article."""
    header, *rows = table(advice)
    lines = [f"**`{advice.question.function}`**: {sentence(advice)}", ""]
    lines += [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]
    lines.append("")
    lines += [f"- **{heading}**: {words}" for heading, words in paragraphs(advice, spot)]
    if written := code(advice):
        lines += ["", "```python", written.rstrip(), "```"]
    return "\n".join(lines)
