"""An event loop that hands the sync form to a ProcessPoolExecutor of C processes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from waitbench.models._executor import hand_over
from waitbench.models.processes import Model as Processes
from waitbench.models.processes import timed_here

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan


class Model(Processes):
    """`run_in_executor` hands over one task at a time; it knows no chunks."""

    def __enter__(self) -> Self:
        super().__enter__()
        self._runner = self._open.enter_context(asyncio.Runner(debug=False))
        return self

    def run(self, tasks: int) -> list[TaskSpan]:
        """Hand all tasks over at once; the pool's size bounds them."""
        return self._runner.run(hand_over(self._pool, timed_here, tasks))
