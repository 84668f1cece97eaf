"""Trials in, what they show of the callable out: without what other programs did to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from waitbench.advisor.concurrent_trials import Trial
    from waitbench.advisor.fitted_model import FittedModel
    from waitbench.advisor.probe import Probe
    from waitbench.perfmodel.demand import Demand

COMPUTES_FROM = 0.5
"""Share of computing from which two processes can tell how cores hinder each other, and from which
what other programs take of the cores is most of what a trial shows."""


def trials_lost(probe: Probe) -> bool:
    """Check whether other programs disturbed every trial of a model whose calls compute.

    How many of ours run makes no difference there, since systems share cores out by programs. What
    the machine showed of calls that compute, in calm moments, stands for them.
    """
    lost = any(all(trial.disturbed for trial in trials) for trials in probe.trials.values())
    return lost and computes(probe.alone.demand)


def computes(demand: Demand) -> bool:
    """Check whether a call rather computes than waits."""
    return demand.cpu_ns > COMPUTES_FROM * demand.alone_ns


def undisturbed(
    trials: Mapping[str, tuple[Trial, ...]], fitted: FittedModel
) -> dict[str, tuple[Trial, ...]]:
    """Return the trials without those that others disturbed, or without what others did to them."""
    if computes(fitted.demand):
        calm = {model: _calm(tried) for model, tried in trials.items()}
        return {model: tried for model, tried in calm.items() if tried}
    return {
        model: tuple(
            _undelayed(trial, model, fitted) if trial.disturbed else trial for trial in tried
        )
        for model, tried in trials.items()
    }


def _calm(trials: Iterable[Trial]) -> tuple[Trial, ...]:
    return tuple(trial for trial in trials if not trial.disturbed)


def _undelayed(trial: Trial, model: str, fitted: FittedModel) -> Trial:
    """Return a trial without the time that workers stood ready and had no core.

    They queue for each other's cores as well, which is no delay: no trial takes less than predicted
    by that, nor more than it took.
    """
    least_ns = fitted.wall_ns(model, trial.width, trial.calls)
    return replace(trial, wall_ns=max(trial.undelayed_ns, min(least_ns, trial.wall_ns)))
