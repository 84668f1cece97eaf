"""Advice in, words out: the sentence first, then why, what it costs, and what would change it."""

from __future__ import annotations

from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING

from waitbench.advisor import handing_over
from waitbench.advisor.code_example import code_example
from waitbench.advisor.predict import predict
from waitbench.advisor.race import finalists
from waitbench.advisor.reasons import bound, changes, made_of, prediction_text
from waitbench.formatting import between, duration, percent, size, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.advisor.advice import Advice
    from waitbench.advisor.on_measured_map import Spot
    from waitbench.advisor.predict import Prediction
    from waitbench.advisor.race import Raced
    from waitbench.stats.estimates import Estimate

PLACES = {"threads": "workers", "processes": "workers", "asyncio": "at once"}


def sentence(advice: Advice) -> str:
    """Return one line: 80 % waiting; predicted …; measured …: use threads, 24 workers."""
    clauses = [f"{percent(advice.probe.alone.demand.waiting)} waiting"]
    clauses.append(f"predicted {predicted_words(advice)}")
    if measured := [f"{model} {_gain(ratio)}" for model, ratio in _fastest(advice).items()]:
        clauses.append(f"measured {', '.join(measured)}")
    doubt = handing_over.caveat(advice.probe.alone)
    return f"{'; '.join(clauses)}: {verdict(advice)}{f' ({doubt})' if doubt else ''}."


def predicted_words(advice: Advice) -> str:
    """Return what each model was predicted to gain, the most promising first."""
    return ", ".join(
        prediction_text(each) + _granted(advice, each.model) for each in advice.predicted
    )


def calls_made(advice: Advice) -> str:
    """Return how many calls the advice rests on."""
    calls = advice.probe.calls + sum(result.calls for result in advice.raced)
    return f"about {calls:,}"


def verdict(advice: Advice) -> str:
    """Return what to use, as part of a sentence."""
    if advice.because:
        return f"stay sequential, {advice.because}"
    choice = f"{advice.model}, {advice.width} {PLACES[advice.model]}"
    if advice.model == "processes":
        choice += handing_over.how_handed(advice.question, advice.probe.alone)
    if advice.low is not None and advice.low < 1:
        return f"probably {choice}, but it is not sure to gain: give it more --budget"
    return f"use {choice}"


def paragraphs(
    advice: Advice, spot: Spot | None = None, *, whole: bool = True
) -> Iterator[tuple[str, str]]:
    """Yield what stands below the sentence, each part with its heading.

    Args:
        advice: of one callable.
        spot: where it lies on a measured map; None where none was named.
        whole: whether all reasons are told, or only what would mislead if it were left out.
    """
    if whole:
        yield "made of", made_of(advice.fitted.demand, lock_known=advice.lock_known)
        yield "bound", bound(advice)
    if spot:
        yield f"on the map of {spot.run}", spot.words
    for wrong in advice.mispredictions:
        off = f"predicted {times(wrong.predicted)}x, measured {times(wrong.measured)}x"
        sentence = f"{wrong.model} at {wrong.width}: {off}; suspect: {wrong.suspect}."
        yield "the model was wrong", sentence
    if whole:
        yield from _costs(advice)
    if whole and (outlook := changes(advice)):
        yield "would change it", outlook
    for remark in advice.remarks:
        yield "note", remark
    for prediction in advice.predicted:
        if prediction.assumed:
            granted = f"{prediction.assumed} (--async names one, which is raced then)."
            yield "assumed", granted
    if whole:
        yield "calls made", f"{calls_made(advice)}, {advice.calls} in a round of the race"


def table(advice: Advice, *, whole: bool = True) -> list[tuple[str, ...]]:
    """Return rows of model, width, predicted, measured, start-up and memory; the header first.

    Args:
        advice: of one callable.
        whole: whether all are told who were raced, or only those of the last heat.
    """
    rows: list[tuple[str, ...]] = [
        ("model", "at once", "predicted", "measured", "start-up", "memory")
    ]
    final = finalists(advice.raced)
    models = list(dict.fromkeys(result.model for result in advice.raced))
    for model in models:
        of_model = (
            result
            for result in advice.raced
            if result.model == model and (whole or result in final or not result.times)
        )
        for result in sorted(of_model, key=attrgetter("width")):
            predicted = predict(advice.fitted, model, result.width, advice.calls)
            granted = _granted(advice, model)
            rows.append((*_predicted(predicted, granted), *_measured(result)))
    unraced = (each for each in advice.predicted if each.model not in models)
    return rows + [
        (*_predicted(each, _granted(advice, each.model)), "-", "-", "-") for each in unraced
    ]


def code(advice: Advice) -> str:
    """Return ten lines for the user's own function; empty where nothing is to be changed."""
    if advice.because:
        return ""
    question, alone = advice.question, advice.probe.alone
    return code_example(
        question,
        advice.model,
        advice.width,
        items=alone.answers.items,
        by_index=advice.model == "processes" and handing_over.by_index(question, alone),
    )


def _costs(advice: Advice) -> Iterator[tuple[str, str]]:
    if advice.because:
        return
    place = advice.model, advice.width
    advised = next((result for result in advice.raced if result.place == place), None)
    if advised and advised.startup_ns and advised.memory_bytes:
        memory = f"{size(advised.memory_bytes)} of memory in all at most"
        yield "costs", f"{duration(advised.startup_ns)} to start it up, {memory}."
    most = advice.fitted.saturates_at(advice.model)
    if most < inf:
        yield "stops helping", f"beyond about {most:,.0f} at once (C*)."


def _granted(advice: Advice, model: str) -> str:
    """Return what a model's prediction assumes of the lock, as a mark behind it."""
    return "" if advice.lock_known or model != "threads" else " if it holds the lock"


def _predicted(prediction: Prediction, granted: str) -> tuple[str, str, str]:
    return prediction.model, str(prediction.width), f"{times(prediction.times)}x{granted}"


def _measured(result: Raced) -> tuple[str, str, str]:
    measured = "1x" if result.model == "sync" else "failed" if result.failure else "-"
    if result.times:
        measured = _gain(result.times)
    startup = duration(result.startup_ns) if result.startup_ns else "-"
    return measured, startup, size(result.memory_bytes) if result.memory_bytes else "-"


def _fastest(advice: Advice) -> dict[str, Estimate]:
    """Return of each model the gain at the advised width, else its best, in the order raced."""
    gains: dict[str, Estimate] = {}
    for result in advice.raced:
        best = gains.get(result.model)
        if result.times and (best is None or result.times.value > best.value):
            gains[result.model] = result.times
    advised = (result for result in advice.raced if result.place == (advice.model, advice.width))
    return gains | {result.model: result.times for result in advised if result.times}


def _gain(ratio: Estimate) -> str:
    ends = f" {between(ratio.low, ratio.high)}" if ratio.low and ratio.high else ""
    return f"{times(ratio.value)}x{ends}"


def plain(advice: Advice, spot: Spot | None = None, *, whole: bool = True) -> str:
    """Return the advice for a terminal: sentence, table, reasons, example.

    Args:
        advice: of one callable.
        spot: where it lies on a measured map; None where none was named.
        whole: whether all reasons are told, or only what would mislead if it were left out.
    """
    rows = table(advice, whole=whole)
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [sentence(advice), ""]
    lines += ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    lines.append("")
    blocks = paragraphs(advice, spot, whole=whole)
    lines += [f"{heading}: {words}" for heading, words in blocks]
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
