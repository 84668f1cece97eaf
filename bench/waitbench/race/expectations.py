"""What a contestant's interpreter says of itself after a round, against what it had to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.race.worker_process import ContestantError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.results.record import ContestantRecord

MISSED = {
    ("gil", False): "was to run without the GIL, and it was on after the round",
    ("gil", True): "was to run with the GIL, and it was off after the round",
    ("jit", True): "was to run with the JIT, and it was off after the round",
    ("jit", False): "was to run without the JIT, and it was on after the round",
}


OF_MODELS: Mapping[str, Mapping[str, bool]] = {"free_threads": {"gil": False}}
"""What a model says by its name, whatever its contestant was told."""
KNOWN = ("coverage",)
"""Tools that a run is told to have before it begins: who measures coverage wants its rows."""


def note(row: ContestantRecord, answer: Mapping[str, Any]) -> None:
    """Book what a worker's answer to "run" says of its interpreter.

    Raises:
        ContestantError: it is not what the contestant was to run under, or somebody's tool follows
            it; none of its rounds is a time any longer.
    """
    state = answer.get("state") or {}
    row.state = {**row.state, **state}
    tool = state.get("monitored_by")
    if tool and tool not in KNOWN:
        row.rounds.clear()
        raise ContestantError(
            f"{tool} follows its process by sys.monitoring, which slows what runs"
        )
    expects = {**OF_MODELS.get(row.contestant.model, {}), **row.contestant.expects}
    for fact, wanted in expects.items():
        if bool(state.get(fact)) is not wanted:
            row.rounds.clear()
            raise ContestantError(MISSED[fact, wanted] + _cause(state))


def _cause(state: Mapping[str, Any]) -> str:
    cause = state.get("gil_on_by")
    return f": {cause} switched it on" if cause else ""
