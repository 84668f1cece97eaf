"""The order for a round, as the worker's protocol has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waitbench.results.record import ContestantRecord


def round_order(
    row: ContestantRecord, tasks: int | None = None, core: int | None = None
) -> dict[str, Any]:
    """Return the order for a round: of all its tasks, if no other number is given."""
    # Workers of an older tree know nothing of watching: they are not asked.
    more = {"watch": True} if row.contestant.watched else {}
    return {"tasks": tasks or row.scenario.tasks, "core": core, **more}
