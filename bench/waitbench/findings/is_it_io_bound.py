"""Whether asking "is it I/O-bound?" helps: the answer predicts a model, and the race decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.analysis.comparison import cores
from waitbench.analysis.row import compare
from waitbench.analysis.winner_map import PLAINEST, beyond, within
from waitbench.findings import Finding
from waitbench.findings._gains import longer
from waitbench.findings._verdicts import decide
from waitbench.perfmodel.chunks import even_chunk
from waitbench.perfmodel.demand import Demand
from waitbench.perfmodel.queueing import Places, round_ns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row

PLACE = 45
CLAIM = "is-it-io-bound"
ASKS = (
    "Before choosing a model, ask whether the work is I/O-bound: how much of its time one call "
    "waits, and how much it computes, foretells which model is fastest."
)
SUITES = ("advice",)
ALONE = "alone"
"""The contestant that is watched from inside."""
GOOD = 0.10
"""A model is as good as the best if that is not faster by more."""
ANSWERS = {True: "right", False: "wrong", None: "open"}
TIE = 1.05
"""Of models predicted to lie so close, the plainest is picked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """One scenario: what the call is made of, what that predicts, and what came.

    Attributes:
        scenario: what was raced.
        waiting: share of a call's time in which nothing computes.
        offs: by model, how far the predicted speed-up is off, as a share of the measured one.
        pick: the model that is predicted to be fastest.
        fastest: the one that was.
        right: whether the pick surely is as good; surely is not; or None: it is open.
    """

    scenario: Comparison
    waiting: float
    offs: Mapping[str, float]
    pick: str
    fastest: str
    right: bool | None


def find(summary: Summary) -> Finding:
    """Foretell every model's speed-up from one call watched alone, and hold it against the race.

    A call is taken apart into waiting, computing with the interpreter's lock and computing without
    it; a queueing model (waits overlap, the lock admits one, the cores compute at once) foretells
    the rest, without any figure of the models themselves. Its pick is right where the fastest model
    surely is no more than 10 % faster, wrong where it surely is.
    """
    forecasts = [
        forecast for scenario in summary.scenarios if (forecast := _forecast(scenario, summary))
    ]
    if not forecasts:
        why = "No call was watched alone beside a race of the models"
        return Finding.undecided(CLAIM, why, SUITES)
    offs = [off for forecast in forecasts for off in forecast.offs.values()]
    verdict = decide(forecast.right for forecast in forecasts)
    more = f" {longer(summary, *SUITES)} would narrow it." if verdict == "undecided" else ""
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=_sentence(forecasts, offs, more),
        brief=_brief(forecasts),
        effect=median(offs),
        effect_of="speed-ups foretold, off by",
        unit="share",
        evidence=tuple(
            f"{forecast.scenario.name}/{model}"
            for forecast in forecasts
            for model in (ALONE, *forecast.offs)
        ),
        conditions=tuple(map(_condition, forecasts)) if verdict == "conditional" else (),
    )


def _forecast(scenario: Comparison, summary: Summary) -> Forecast | None:
    alone = scenario.row(ALONE)
    if (
        scenario.suite not in SUITES
        or alone is None
        or alone.wall is None
        or not alone.measured.metrics
    ):
        return None
    watched = {name: figure.median for name, figure in alone.measured.metrics.items()}
    demand = Demand.of(watched, alone.wall.value, scenario.tasks)
    raced = [row for row in scenario.rows if row.rival and (row.ratio or row.width == 1)]
    others = [row for row in raced if row.ratio]
    if not others:
        return None
    predicted = {row.model: _times(demand, row, scenario, summary) for row in others}
    offs = {
        row.model: abs(predicted[row.model] / row.ratio.value - 1) for row in others if row.ratio
    }
    times = {"sync": 1.0, **predicted}
    tied = [model for model in times if times[model] * TIE >= max(times.values())]
    pick = min(tied, key=lambda model: (*PLAINEST, model).index(model))
    fastest = min(raced, key=lambda row: row.wall.value if row.wall else float("inf"))
    return Forecast(
        scenario=scenario,
        waiting=demand.waiting,
        offs=offs,
        pick=pick,
        fastest=fastest.model,
        right=_right(scenario, fastest, pick, summary),
    )


def _times(demand: Demand, row: Row, scenario: Comparison, summary: Summary) -> float:
    """Return how many times faster than one after the other a model is predicted to be."""
    allowed, calls = cores(summary.environment), scenario.tasks
    alone = Places(width=1, cores=allowed)
    apart = "process" in row.kind
    places = Places(
        width=max(1, row.width),
        cores=allowed,
        lock=not apart and bool(summary.environment.get("gil", True)),
        loop="asyncio" in row.kind,
        chunk=even_chunk(calls, max(1, row.width)) if apart else 1,
    )
    return round_ns(demand, (1.0,), calls, alone) / round_ns(demand, (1.0,), calls, places)


def _right(scenario: Comparison, fastest: Row, pick: str, summary: Summary) -> bool | None:
    picked = scenario.row(pick)
    if bounds.before(scenario, fastest).rows:
        return None
    if picked is None or picked.model == fastest.model:
        return True if picked else None
    lead = compare(fastest, picked, confidence=summary.methods.confidence)
    error = 1 - summary.methods.confidence
    if within(lead, error, GOOD):
        return True
    return False if beyond(lead, error, GOOD) else None


def _condition(forecast: Forecast) -> str:
    waits = f"{forecast.scenario.name}, {formatting.percent(forecast.waiting)} waiting"
    if forecast.pick == forecast.fastest:
        return f"{waits}: {forecast.pick}, as foretold"
    return (
        f"{waits}: {forecast.pick} foretold ({ANSWERS[forecast.right]}), {forecast.fastest} first"
    )


def _sentence(forecasts: Sequence[Forecast], offs: Sequence[float], more: str) -> str:
    counts = Counter(forecast.right for forecast in forecasts)
    right = f"{counts[True]} of {formatting.count(len(forecasts), 'scenario')}"
    parts = [f"What one call is made of foretold a model within 10 % of the best in {right}"]
    if wrong := counts[False]:
        parts.append(f"and a worse one in {wrong}")
    if unsure := counts[None]:
        parts.append(f"{unsure} {'is' if unsure == 1 else 'are'} too close to call")
    shares = ", ".join(
        f"{forecast.scenario.workload} {formatting.percent(forecast.waiting)} (use {forecast.pick})"
        for forecast in sorted(forecasts, key=lambda forecast: -forecast.waiting)
    )
    sentence = f"{', '.join(parts)}. Waiting: {shares}."
    sentence += (
        f" Of {formatting.count(len(offs), 'speed-up')} foretold, the middle one was off by "
        f"{formatting.percent(median(offs))}, the worst by {formatting.percent(max(offs))}."
    )
    return f"{sentence}{more}"


def _brief(forecasts: Sequence[Forecast]) -> str:
    right = sum(forecast.right is True for forecast in forecasts)
    of = formatting.count(len(forecasts), "scenario")
    return f"foretold a model within 10 % of the best in {right} of {of}"
