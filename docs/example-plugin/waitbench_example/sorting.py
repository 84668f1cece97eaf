"""Sorting numbers that lie backwards, in C with the GIL held."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, NoReturn

from waitbench.scenario import WrongResultError
from waitbench.units import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Workload:
    """Task i sorts `items` numbers by how far they lie from i."""

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async: ClassVar = False
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns = 0

    def __init__(self, items: str = "10_000") -> None:
        self.items = count(items, "items")

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], int]]:
        """Nothing to open."""

        def farthest(number: int) -> int:
            by_distance = sorted(range(self.items), key=lambda item: abs(item - number))
            return by_distance[-1]

        yield farthest

    def async_client(self, concurrency: int) -> NoReturn:
        """There is none: a loop cannot await sorting."""
        raise NotImplementedError

    def check(self, number: int, result: int) -> None:
        """The farthest of 0 to items - 1 is either end of them."""
        last = self.items - 1
        if result != (last if last - number >= number else 0):
            raise WrongResultError(f"task {number} came to {result}")
