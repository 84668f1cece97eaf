"""Reading or writing files: plain calls when sync; aiofiles or to_thread, thread pools, when async.

Local files have no async form on most systems: `aiofiles` hands every single call on a file (open,
read, close) to the loop's default thread pool, `to_thread` the whole task at once; that pool has
CPUs + 4 threads, whatever the concurrency. What is read was just written and comes out of the
system's cache, so reading many bytes is bound by the memory's bandwidth and no disk is waited for;
writing ends in that cache too, unless the mode is `fsync`.
"""

from __future__ import annotations

import asyncio
import os
import random
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, ClassVar
from zlib import crc32

from waitbench.scenario import WrongResultError
from waitbench.services.temporary_folder import folder_of
from waitbench.units import count, size_bytes
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
    from pathlib import Path

Seen = tuple[int, int]
"""Length of the bytes, and the CRC-32 of `SAMPLES` of them."""

SAMPLES = 4096
"""Bytes spread over the whole that are summed: a sum of all takes longer than a read of them."""
MODES = ("read", "write", "fsync")
THROUGH = ("aiofiles", "to_thread")


class Workload:
    """Task i reads file i modulo `files`, or writes a new file i that its check removes again.

    Args:
        size: of each file.
        files: how many there are to read: many small ones, or `1` large one for all tasks.
        mode: `read`, `write`, or `fsync`: write, and wait until the disk has it.
        through: `aiofiles` or `to_thread`, which makes the async form.
    """

    needs_target: ClassVar = False
    # Copying out of the cache takes CPU, but in the system: no program's own work.
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar[Sequence[str]] = ()
    async_needs: ClassVar[Sequence[str]] = ("aiofiles",)
    waits_ns = 0

    def __init__(
        self, size: str = "4KB", files: str = "16", mode: str = "read", through: str = "aiofiles"
    ) -> None:
        self.size = size_bytes(size)
        self.mode = one_of(MODES, mode, "mode")
        self.through = one_of(THROUGH, through, "through")
        many = count(files, "files") if mode == "read" else 1
        bodies = [random.Random(number).randbytes(self.size) for number in range(many)]
        self._body = bodies[0]
        self._seen = [look_at(body) for body in bodies]
        self._folder = folder_of(self)
        if mode == "read":
            for number, body in enumerate(bodies):
                self._path(number).write_bytes(body)

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Seen]]:
        """Nothing to open: every task opens its file and closes it."""
        yield self._read if self.mode == "read" else self._write

    @asynccontextmanager
    async def async_client(
        self,
        concurrency: int,  # noqa: ARG002 - the pool is the loop's own
    ) -> AsyncIterator[Callable[[int], Awaitable[Seen]]]:
        """Nothing to open; the loop starts its pool's threads as they are called for."""
        if self.through == "aiofiles":
            yield self._read_async if self.mode == "read" else self._write_async
        else:
            task = self._read if self.mode == "read" else self._write
            yield lambda number: asyncio.to_thread(task, number)

    def check(self, number: int, result: Seen) -> None:
        """Compare length and checksum with what was to be read; what was written is read again."""
        expected = self._seen[number % len(self._seen)]
        if self.mode != "read":
            path = self._path(number)
            result = look_at(path.read_bytes()) if path.exists() else (0, 0)
            path.unlink(missing_ok=True)
        if result[0] != expected[0]:
            raise WrongResultError(f"file {number} has {result[0]} bytes, right is {expected[0]}")
        if result != expected:
            raise WrongResultError(f"file {number} came back with other bytes")

    def _path(self, number: int) -> Path:
        return self._folder / str(number % len(self._seen) if self.mode == "read" else number)

    def _read(self, number: int) -> Seen:
        return look_at(self._path(number).read_bytes())

    def _write(self, number: int) -> Seen:
        with self._path(number).open("wb") as file:
            written = file.write(self._body)
            if self.mode == "fsync":
                file.flush()
                os.fsync(file.fileno())
        return written, 0

    async def _read_async(self, number: int) -> Seen:
        import aiofiles

        async with aiofiles.open(self._path(number), "rb") as file:
            return look_at(await file.read())

    async def _write_async(self, number: int) -> Seen:
        import aiofiles

        async with aiofiles.open(self._path(number), "wb") as file:
            written = await file.write(self._body)
            if self.mode == "fsync":
                await file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
        return written, 0


def look_at(body: bytes) -> Seen:
    """Return a body's length, and a checksum of bytes from everywhere in it."""
    return len(body), crc32(body[:: max(1, len(body) // SAMPLES)])
