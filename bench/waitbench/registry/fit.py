"""A workload and a model in, why the two cannot run together in this interpreter out."""

from __future__ import annotations

from functools import cache

from waitbench import registry
from waitbench.registry import optional


@cache
def clash(workload: str, model: str) -> str | None:
    """Ask both files, then look for the libraries that the two of them need together."""
    for room, name in (("models", model), ("workloads", workload)):
        reason = registry.unavailable(room, name)
        if reason:
            return reason
    return optional.missing(*libraries(workload, model))


def libraries(workload: str, model: str) -> tuple[str, ...]:
    """Return the modules that a workload imports late under a model.

    Raises:
        BenchError: one of the two cannot be imported here.
    """
    work = registry.load("workloads", workload).Workload
    awaited = registry.load("models", model).Model.form == "async" and work.has_async
    return tuple(work.async_needs if awaited else work.sync_needs)
