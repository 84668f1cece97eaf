"""One calculation in two languages: Adler-32 as a Python loop, or by zlib, which is in C."""

from __future__ import annotations

import random
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, NoReturn

from waitbench.scenario import WrongResultError
from waitbench.units import size_bytes
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = 20261122
MODULUS = 65521
"""The largest prime below 2**16, after RFC 1950."""


class Workload:
    """Task i sums up its own number and then `size` bytes: in Python about 4 ms per 64 KB."""

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async: ClassVar = False
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns = 0

    def __init__(self, size: str = "64KB", language: str = "python") -> None:
        self.size = size_bytes(size)
        self.language = one_of(LANGUAGES, language, "language")
        self._bytes = random.Random(SEED).randbytes(self.size)
        self._expected: dict[int, int] = {}

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], int]]:
        """Nothing to open."""
        add_up = LANGUAGES[self.language]
        yield lambda number: add_up(self._of(number))

    def async_client(self, concurrency: int) -> NoReturn:
        """There is none: a loop cannot await arithmetic."""
        raise NotImplementedError

    def check(self, number: int, result: int) -> None:
        """Compare with the other language's sum of the same bytes, worked out once per number."""
        if number not in self._expected:
            (other,) = (checksum for name, checksum in LANGUAGES.items() if name != self.language)
            self._expected[number] = other(self._of(number))
        if result != self._expected[number]:
            raise WrongResultError(f"task {number} gave another checksum")

    def _of(self, number: int) -> bytes:
        return str(number).encode() + self._bytes


def adler32(buffer: bytes) -> int:
    """Add up as RFC 1950 says, a byte at a time."""
    low, high = 1, 0
    for byte in buffer:
        low = (low + byte) % MODULUS
        high = (high + low) % MODULUS
    return high << 16 | low


LANGUAGES: dict[str, Callable[[bytes], int]] = {"python": adler32, "c": zlib.adler32}
