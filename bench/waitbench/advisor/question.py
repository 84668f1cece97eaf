"""What is asked of the advisor: which callable, with what arguments, and how far it may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench.analysis.winner_map import PLAINEST
from waitbench.profiling.call import CALLS
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from waitbench.services.other_python import Interpreter

MODELS = tuple(model for model in PLAINEST if model != "sync")
"""What is predicted beside sync, the plainest first."""

Place = tuple[str, int]
"""A model and how many at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """How the user runs a function today: a model, and how many at once."""

    model: str
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A callable, and what may be done with it.

    Attributes:
        function: `module:function` or `file.py:function`.
        coroutine: its async form; None where there is none; the function itself, where it is one.
        items: a JSON list, or a callable that yields, with one argument for each call; empty: none.
        args: a JSON list or object of further arguments.
        folder: where names are looked for first.
        present: how it is run today; None where that is not said.
        calls: most calls that may be made in all.
        minutes: about how long it may take in all.
        call_s: longest that a round of calls may take before it counts as hanging, in seconds.
        dry: whether one call is all that may be made.
        force: whether to go on where the machine is too busy to tell.
        interpreter: who calls it; None is the one that runs this.
    """

    function: str
    coroutine: str | None = None
    items: str = ""
    args: str = ""
    folder: str = ""
    present: Present | None = None
    calls: int = 100_000
    minutes: float = 0.5
    call_s: float = 30.0
    dry: bool = False
    force: bool = False
    interpreter: Interpreter | None = None

    def params(self, **more: str) -> dict[str, str]:
        """Return the parameters of the workload."""
        params = {"function": self.function, "folder": self.folder, **more}
        if self.coroutine:
            params["coroutine"] = self.coroutine
        return params | {
            name: text for name, text in (("items", self.items), ("args", self.args)) if text
        }

    @property
    def async_only(self) -> bool:
        """Whether the function can only be awaited: one after the other, each call has a loop."""
        return self.coroutine == self.function

    @property
    def watched_calls(self) -> int:
        """Most calls of the profile alone: a quarter of them, for the race wants more."""
        return 1 if self.dry else min(CALLS, max(4, self.calls // 4))


def present(text: str) -> Present:
    """Read how a function is run today: `threads:8`.

    Raises:
        BenchError: it is no such thing.
    """
    model, _, width = text.partition(":")
    if model not in {"sync", *MODELS} or not (width or "1").isdecimal() or width == "0":
        raise BenchError(f"--now={text!r}: give sync, threads:8, processes:2 or asyncio:50")
    return Present(model=model, width=int(width or 1))
