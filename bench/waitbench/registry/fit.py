"""A workload and a model in, why the two cannot run together in this interpreter out."""

from __future__ import annotations

from functools import cache
from typing import Any

from waitbench import registry
from waitbench.registry import optional
from waitbench.scenario import BenchError


@cache
def clash(workload: str, model: str) -> str | None:
    """Ask both files, then look for the libraries that the two of them need together."""
    for room, name in (("models", model), ("workloads", workload)):
        reason = registry.unavailable(room, name)
        if reason:
            return reason
    try:
        needs = libraries(workload, model)
    except BenchError as no_form:
        return str(no_form)
    return optional.missing(*needs)


def libraries(workload: str, model: str) -> tuple[str, ...]:
    """Return the modules that a workload imports late under a model.

    Raises:
        BenchError: one of the two cannot be imported here, or the workload lacks the model's form.
    """
    work = registry.load("workloads", workload).Workload
    return needs(work, registry.load("models", model).Model)


def form(work: type[Any], model: type[Any]) -> str:
    """Return which form of a workload a model runs: a loop runs the sync one where it has to.

    Raises:
        BenchError: there is none that it could run.
    """
    kind = "sync" if model.form == "async" and not work.has_async else model.form
    if not hasattr(work, f"{kind}_client"):
        name = work.__module__.rpartition(".")[2]
        raise BenchError(f"workload {name!r} has no form for {kind}: it has no `{kind}_client`")
    return str(kind)


def needs(work: type[Any], model: type[Any]) -> tuple[str, ...]:
    """Return the modules that a workload imports late in the form that a model runs.

    Raises:
        BenchError: there is no such form.
    """
    return tuple(getattr(work, f"{form(work, model)}_needs"))
