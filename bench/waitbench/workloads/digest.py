"""Computing outside the GIL: SHA-256 over a large buffer, which hashlib releases it for."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, NoReturn

from waitbench.scenario import WrongResultError
from waitbench.units import size_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Workload:
    """Task i hashes its own number and then `size` bytes."""

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async: ClassVar = False
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns = 0

    def __init__(self, size: str = "8MB") -> None:
        self.size = size_bytes(size)
        self._expected: dict[int, bytes] = {}

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], bytes]]:
        """Fill the buffer once."""
        buffer = bytes(self.size)

        def digest(number: int) -> bytes:
            state = hashlib.sha256(str(number).encode())
            state.update(buffer)
            return state.digest()

        yield digest

    def async_client(self, concurrency: int) -> NoReturn:
        """There is none: a loop cannot await arithmetic."""
        raise NotImplementedError

    def check(self, number: int, result: bytes) -> None:
        """Compare with the digest of the same bytes in one piece, worked out once per number."""
        if number not in self._expected:
            whole = str(number).encode() + bytes(self.size)
            self._expected[number] = hashlib.sha256(whole).digest()
        if result != self._expected[number]:
            raise WrongResultError(f"task {number} gave another digest")
