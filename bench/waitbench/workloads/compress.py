"""Computing outside the GIL: zlib over a text, which lets go of it while it compresses."""

from __future__ import annotations

import random
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, NoReturn

from waitbench.scenario import WrongResultError
from waitbench.units import size_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = 20261122
WORDS = (b"await ", b"loop ", b"task ", b"thread ", b"lock ", b"wait ", b"core ", b"queue\n")


class Workload:
    """Task i compresses its own number and then `size` bytes of text."""

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async: ClassVar = False
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns = 0

    def __init__(self, size: str = "64KB") -> None:
        self.size = size_bytes(size)
        self._text = text(self.size)

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], bytes]]:
        """Nothing to open."""
        yield lambda number: zlib.compress(str(number).encode() + self._text)

    def async_client(self, concurrency: int) -> NoReturn:
        """There is none: a loop cannot await arithmetic."""
        raise NotImplementedError

    def check(self, number: int, result: bytes) -> None:
        """Decompress it, and compare with what went in."""
        try:
            back = zlib.decompress(result)
        except zlib.error as damaged:
            raise WrongResultError(f"task {number} cannot be decompressed: {damaged}") from None
        if back != str(number).encode() + self._text:
            raise WrongResultError(f"task {number} decompresses to another text")


def text(size: int) -> bytes:
    """Write so many bytes of words in an order that a fixed seed gives."""
    shortest = min(map(len, WORDS))
    words = random.Random(SEED).choices(WORDS, k=size // shortest + 1)
    return b"".join(words)[:size]
