"""Pure-Python computing cut into slices, with a switch to another coroutine after each."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from itertools import repeat
from typing import TYPE_CHECKING, ClassVar

from waitbench.scenario import WrongResultError
from waitbench.units import count
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

PERIOD = 256
"""As many numbers as the interpreter keeps ready made."""
NEXT = tuple((5 * x + 3) % PERIOD for x in range(PERIOD))
"""One cycle through all of them: 5 - 1 is a multiple of 4, and 3 is odd."""
CUTS = ("none", "slices", "switches")
"""In one piece; in slices, one right after the other; or with `asyncio.sleep(0)` after each."""


class Workload:
    """Task i takes `steps` steps from number i, `grain` of them in a slice: about 100 in 1 µs.

    Several tasks at once are each other's company: a switch goes to one that has work to do.
    """

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async: ClassVar = True
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns = 0

    def __init__(
        self, steps: str = "100_000", grain: str = "10_000", cut: str = "switches"
    ) -> None:
        self.steps = count(steps, "steps")
        self.grain = count(grain, "grain")
        self.cut = one_of(CUTS, cut, "cut")

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], int]]:
        """Without a loop there is nobody to switch to: the same slices, and no more."""
        yield self._walk

    @asynccontextmanager
    async def async_client(
        self,
        concurrency: int,  # noqa: ARG002 - nothing to open
    ) -> AsyncIterator[Callable[[int], Awaitable[int]]]:
        """Nothing to open."""

        async def whole(number: int) -> int:
            return self._walk(number)

        yield self._switching_walk if self.cut == "switches" else whole

    def check(self, number: int, result: int) -> None:
        """Compare with the rest of the way after whole cycles; where it was cut must not matter."""
        expected = number % PERIOD
        for _ in range(self.steps % PERIOD):
            expected = (5 * expected + 3) % PERIOD
        if result != expected:
            raise WrongResultError(f"task {number} computed {result}, right is {expected}")

    @property
    def _slices(self) -> Iterator[int]:
        grain = self.steps if self.cut == "none" else self.grain
        return (min(grain, self.steps - first) for first in range(0, self.steps, grain))

    def _walk(self, number: int) -> int:
        x = number % PERIOD
        for steps in self._slices:
            x = walk(x, steps)
        return x

    async def _switching_walk(self, number: int) -> int:
        x = number % PERIOD
        for steps in self._slices:
            x = walk(x, steps)
            await asyncio.sleep(0)
        return x


def walk(x: int, steps: int) -> int:
    """Take `steps` steps of the cycle.

    Nothing is allocated: a loop that allocates was seen to run a quarter slower in some processes
    than in others, and in one arm than in another, by the luck of its memory.
    """
    table = NEXT
    for _ in repeat(None, steps):
        x = table[x]
    return x
