"""An event loop that hands the sync form to its own ThreadPoolExecutor of C threads."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from waitbench.models._executor import hand_over
from waitbench.models.threads import Model as Threads
from waitbench.stopwatch import timed

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan


class Model(Threads):
    """`run_in_executor` with a pool of the size that is wanted: what `to_thread` does not offer."""

    def __enter__(self) -> Self:
        super().__enter__()
        self._runner = self._open.enter_context(asyncio.Runner(debug=False))
        return self

    def run(self, tasks: int) -> list[TaskSpan]:
        """Hand all tasks over at once; the pool's size bounds them."""
        return self._runner.run(hand_over(self._pool, self._timed, tasks))

    def _timed(self, number: int) -> TaskSpan:
        return timed(self._own.task, number)
