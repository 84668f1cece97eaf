"""C places and a round's tasks, dealt out to several event loops like cards, and gathered again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.models import asyncio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.scenario import TaskSpan


class Loop(asyncio.Model):
    """The asyncio model, for tasks whose numbers do not begin at nought."""

    def run_these(self, numbers: Sequence[int]) -> list[TaskSpan]:
        """Run the tasks of these numbers, in their order."""
        task = self._task

        def of_share(index: int) -> Any:
            return task(numbers[index])

        self._task = of_share
        try:
            return self.run(len(numbers))
        finally:
            self._task = task


def dealt_places(concurrency: int, loops: int) -> list[int]:
    """Return how many places each loop has; no more loops than places."""
    loops = min(loops, concurrency)
    return [len(range(loop, concurrency, loops)) for loop in range(loops)]


def dealt_tasks(tasks: int, places: Sequence[int]) -> list[list[int]]:
    """Return the numbers of each loop's tasks, in proportion to its places."""
    shares: list[list[int]] = [[] for _ in places]
    every = sum(places)
    for number in range(tasks):
        shares[number % every % len(places)].append(number)
    return shares


def gathered(
    shares: Iterable[Sequence[int]], rounds: Iterable[Sequence[TaskSpan]]
) -> list[TaskSpan]:
    """Return all spans in the order of their tasks' numbers."""
    spans: dict[int, TaskSpan] = {}
    for share, finished in zip(shares, rounds, strict=True):
        spans.update(zip(share, finished, strict=True))
    return [spans[number] for number in range(len(spans))]
