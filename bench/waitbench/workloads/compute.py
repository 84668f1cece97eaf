"""Computing in pure Python, which holds the GIL: a loop of integer arithmetic."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, NoReturn

from waitbench.scenario import WrongResultError
from waitbench.units import count
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A linear congruential generator with Knuth's MMIX constants: x -> A x + C mod 2**64.
A, C, MASK = 6364136223846793005, 1442695040888963407, (1 << 64) - 1


class Workload:
    """Task i takes `steps` steps of the generator from seed i: about 1 ms per 10,000.

    With `algorithm=leaps` it lands in the same place in log2(steps) leaps.
    """

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async: ClassVar = False
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns = 0

    def __init__(self, steps: str = "200_000", algorithm: str = "steps") -> None:
        self.steps = count(steps, "steps")
        self.algorithm = one_of(ALGORITHMS, algorithm, "algorithm")
        self._walked: dict[int, int] = {}

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], int]]:
        """Nothing to open."""
        steps, go = self.steps, ALGORITHMS[self.algorithm]
        yield lambda number: go(number, steps)

    def async_client(self, concurrency: int) -> NoReturn:
        """There is none: a loop cannot await arithmetic."""
        raise NotImplementedError

    def check(self, number: int, result: int) -> None:
        """Compare with the same way gone by the other algorithm; walks are remembered."""
        if self.algorithm == "steps":
            expected = leap(number, self.steps)
        else:
            if number not in self._walked:
                self._walked[number] = walk(number, self.steps)
            expected = self._walked[number]
        if result != expected:
            raise WrongResultError(f"task {number} computed {result}, right is {expected}")


def walk(x: int, steps: int) -> int:
    """Take `steps` steps, one after the other."""
    for _ in range(steps):
        x = (A * x + C) & MASK
    return x


def leap(x: int, steps: int) -> int:
    """Take `steps` steps at once: an affine map, composed with itself by repeated squaring."""
    factor, offset = A, C
    while steps:
        if steps & 1:
            x = (factor * x + offset) & MASK
        factor, offset = (factor * factor) & MASK, (offset * (factor + 1)) & MASK
        steps >>= 1
    return x


ALGORITHMS: dict[str, Callable[[int, int], int]] = {"steps": walk, "leaps": leap}
