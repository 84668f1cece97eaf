"""Advice in, words out: the sentence first, then why, what it costs, and what would change it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from bench.advisor.predict import predict
from bench.advisor.reasons import bound, changes, made_of, prediction_text
from bench.advisor.sketch import code_example
from bench.wording import between, duration, percent, size, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.advisor.advice import Advice
    from bench.advisor.measured import Spot
    from bench.advisor.verify import Raced

PLACES = {"threads": "workers", "processes": "workers", "asyncio": "at once"}


def sentence(advice: Advice) -> str:
    """Return one line: 80 % waiting; predicted …; measured …: use threads, 24 workers."""
    waiting = percent(advice.probe.share.demand.waiting)
    clauses = [
        f"{waiting} waiting",
        f"predicted {', '.join(map(prediction_text, advice.predicted))}",
    ]
    measured = [_measured(contestant) for contestant in _fastest(advice)]
    if measured:
        clauses.append(f"measured {', '.join(measured)}")
    return f"{'; '.join(clauses)}: {verdict(advice)}."


def verdict(advice: Advice) -> str:
    """Return what to use, as part of a sentence."""
    if advice.because:
        return f"stay sequential, {advice.because}"
    choice = f"{advice.model}, {advice.width} {PLACES[advice.model]}"
    if advice.low is not None and advice.low < 1:
        return f"probably {choice}, but it is not sure to gain: give --minutes more"
    return f"use {choice}"


def paragraphs(advice: Advice, spot: Spot | None = None) -> Iterator[tuple[str, str]]:
    """Yield what stands below the sentence, each part with its heading.

    Args:
        advice: of one callable.
        spot: where it lies on a measured map; None where none was named.
    """
    yield "made of", made_of(advice.fitted.demand)
    yield "bound", bound(advice)
    if spot:
        yield f"on the map of {spot.run}", spot.words
    for misprediction in advice.mispredictions:
        off = f"{times(misprediction.predicted)}x, measured {times(misprediction.measured)}x"
        where = f"{misprediction.model} at {misprediction.width}: predicted {off}"
        yield "the model was wrong", f"{where}; suspect: {misprediction.suspect}."
    yield from _costs(advice)
    if outlook := changes(advice):
        yield "would change it", outlook
    for remark in advice.remarks:
        yield "note", remark
    if assumed := next(
        (prediction.assumed for prediction in advice.predicted if prediction.assumed), None
    ):
        yield "taken for granted", f"{assumed} (--async names one, which is raced then)."
    yield "calls made", f"about {_calls(advice):,}, {advice.calls} in a round of the race"


def table(advice: Advice) -> list[tuple[str, ...]]:
    """Return rows of model, width, predicted, measured, start-up and memory; the header first."""
    rows: list[tuple[str, ...]] = [
        ("model", "at once", "predicted", "measured", "start-up", "memory")
    ]
    models = list(dict.fromkeys(contestant.model for contestant in advice.raced))
    for contestant in sorted(
        advice.raced, key=lambda contestant: (models.index(contestant.model), contestant.width)
    ):
        prediction = predict(advice.fitted, contestant.model, contestant.width, advice.calls)
        rows.append(
            (
                contestant.model,
                str(contestant.width),
                f"{times(prediction.times)}x",
                *_came(contestant),
            )
        )
    rows += [
        (prediction.model, str(prediction.width), f"{times(prediction.times)}x", "-", "-", "-")
        for prediction in advice.predicted
        if prediction.model not in models
    ]
    return rows


def code(advice: Advice) -> str:
    """Return ten lines for the user's own function; empty where nothing is to be changed."""
    return "" if advice.because else code_example(advice.question, advice.model, advice.width)


def _costs(advice: Advice) -> Iterator[tuple[str, str]]:
    if advice.because:
        return
    chosen = advice.model, advice.width
    advised = next(
        (
            contestant
            for contestant in advice.raced
            if (contestant.model, contestant.width) == chosen
        ),
        None,
    )
    if advised and advised.startup_ns and advised.memory_bytes:
        memory = f"{size(advised.memory_bytes)} of memory in all at most"
        yield "costs", f"{duration(advised.startup_ns)} to start it up, {memory}."
    most = advice.fitted.saturates_at(advice.model)
    if most < inf:
        yield "stops helping", f"beyond about {most:,.0f} at once (C*)."


def _came(contestant: Raced) -> tuple[str, str, str]:
    measured = "1x" if contestant.model == "sync" else "failed" if contestant.failure else "-"
    if contestant.times:
        measured = f"{times(contestant.times.value)}x"
        if contestant.times.low and contestant.times.high:
            measured += f" {between(contestant.times.low, contestant.times.high)}"
    startup = duration(contestant.startup_ns) if contestant.startup_ns else "-"
    return measured, startup, size(contestant.memory_bytes) if contestant.memory_bytes else "-"


def _calls(advice: Advice) -> int:
    return advice.probe.calls + sum(contestant.calls for contestant in advice.raced)


def _fastest(advice: Advice) -> list[Raced]:
    """Return of each model what is advised, else its best width, in the order they were raced."""
    chosen = advice.model, advice.width
    by_model: dict[str, list[Raced]] = {}
    for contestant in advice.raced:
        if contestant.times:
            by_model.setdefault(contestant.model, []).append(contestant)
    return [
        max(raced, key=lambda contestant: _rank(contestant, chosen)) for raced in by_model.values()
    ]


def _rank(contestant: Raced, chosen: tuple[str, int]) -> tuple[bool, float]:
    return (
        contestant.model,
        contestant.width,
    ) == chosen, contestant.times.value if contestant.times else 0.0


def _measured(contestant: Raced) -> str:
    assert contestant.times
    ends = ""
    if contestant.times.low and contestant.times.high:
        ends = f" {between(contestant.times.low, contestant.times.high)}"
    return f"{contestant.model} {times(contestant.times.value)}x{ends}"


def plain(advice: Advice, spot: Spot | None = None) -> str:
    """Return the advice for a terminal: sentence, table, reasons, example."""
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
    """Return the advice as Markdown, for a pull request or an article."""
    header, *rows = table(advice)
    lines = [f"**`{advice.question.function}`**: {sentence(advice)}", ""]
    lines += [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]
    lines.append("")
    lines += [f"- **{heading}**: {words}" for heading, words in paragraphs(advice, spot)]
    if written := code(advice):
        lines += ["", "```python", written.rstrip(), "```"]
    return "\n".join(lines)
