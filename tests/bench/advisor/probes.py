"""Probes, races and advice made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.advisor.advice import Advice, advise
from waitbench.advisor.concurrent_trials import Trial
from waitbench.advisor.model_fit import fit_model
from waitbench.advisor.model_overhead import Overhead
from waitbench.advisor.probe import Probe
from waitbench.advisor.question import Question
from waitbench.advisor.race import Raced
from waitbench.perfmodel.demand import Demand
from waitbench.profiling.call import CallProfile
from waitbench.stats.estimates import Estimate
from waitbench.user_code.answers import Answers

if TYPE_CHECKING:
    from waitbench.advisor.fitted_model import FittedModel

MS = 1_000_000
QUESTION = Question(function="shop:fetch")
OVERHEADS = {
    "threads": Overhead(call_ns=0, round_ns=0),
    "processes": Overhead(call_ns=0, round_ns=0),
}


def probe(wait: float, held: float = 0, free: float = 0, **more: Any) -> Probe:
    demand = Demand(waits_ns=wait * MS, held_ns=held * MS, free_ns=free * MS)
    alone = CallProfile(
        demand=demand,
        first_ns=round(demand.alone_ns),
        spreads=(1.0,),
        calls=50,
        others_share=0.0,
        answers=more.pop("answers", Answers()),
    )
    return Probe(alone=alone, **more)


def raced(model: str, width: int, times: float | None, failure: str | None = None) -> Raced:
    ratio = times and Estimate(
        value=times,
        low=0.9 * times,
        high=1.1 * times,
        confidence=0.95,
        over="launches",
        count=3,
        spreads=(),
    )
    return Raced(
        name=f"{model}-{width}",
        model=model,
        width=width,
        wall_ns=None if failure else 1e8,
        times=ratio or None,
        startup_ns=2 * MS,
        memory_bytes=40_000_000,
        failure=failure,
        calls=100,
    )


def fit(probed: Probe) -> FittedModel:
    return fit_model(probed, 2)


def advised(probed: Probe, *came: Raced, question: Question = QUESTION) -> Advice:
    return advise(question, probed, fit(probed), 64, came)


def pair(calls: int, wall_ms: float, width: int = 2) -> Trial:
    return Trial(width=width, calls=calls, wall_ns=wall_ms * MS, cpu_ns=0)
