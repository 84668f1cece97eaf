"""What all links of a server share: loop, timer, one buffer to read into, and a bound on memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic_ns
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio

    from waitbench_server.proxy.watch import Watch
    from waitbench_server.timer import Deadlines

READ_BYTES: Final = 256 * 1024
HELD_BYTES: Final = 1024**2
"""So much one direction of a connection holds back at most before it reads no more,"""
ALL_HELD_BYTES: Final = 64 * 1024**2
"""and so much all of them together, before each"""
LEAST_BYTES: Final = 16 * 1024
"""holds no more than this."""


@dataclass(kw_only=True, slots=True)
class Hub:
    """The parts that every connection uses."""

    loop: asyncio.AbstractEventLoop
    watch: Watch
    deadlines: Deadlines
    most: int
    """Connections at once, over all links."""
    seed: int
    held: int = 0
    """Bytes that were read and wait for their time, or for whom they are for."""
    connections: int = 0
    begun_ns: int = field(default_factory=monotonic_ns)
    """When the period began."""
    buffer: memoryview = field(default_factory=lambda: memoryview(bytearray(READ_BYTES)))

    @property
    def limit(self) -> int:
        """How many bytes one direction of a connection may hold now."""
        return HELD_BYTES if self.held < ALL_HELD_BYTES else LEAST_BYTES
