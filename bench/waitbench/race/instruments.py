"""All by which a race touches its machine: processes, the clock, memory, and what others do."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from waitbench.race.worker_process import WorkerProcess
from waitbench.system.interference import Interference, wait_for_rest
from waitbench.system.machine import cores_to_pin
from waitbench.system.memory import PeakMemory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from waitbench.system.memory import MemoryKind


class Worker(Protocol):
    """A process of its own that runs scenarios and answers one command at a time."""

    spawn_ns: int

    @property
    def pid(self) -> int:
        """Its process id."""
        ...

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        ...

    def greet(self) -> None:
        """Wait until it is up."""
        ...

    def ask(self, operation: str, *, within_s: float, **arguments: Any) -> dict[str, Any]:
        """Send one command and wait for its answer."""
        ...

    def send(self, operation: str, **arguments: Any) -> None:
        """Send one command."""
        ...

    def receive(self, within_s: float) -> dict[str, Any]:
        """Wait for the answer to the last command."""
        ...

    def request_exit(self) -> None:
        """Ask it to stop, without waiting for it."""
        ...

    def stop(self) -> None:
        """Wait a little for it to stop, then make sure of it."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...


class InterferenceReading(Protocol):
    """CPU of others since it was begun."""

    def stop(self, ours_ns: int) -> int | None:
        """CPU nanoseconds that others took; None if unknown."""
        ...


class Memory(Protocol):
    """Peak memory of a process while its block was on."""

    bytes: int | None
    kind: MemoryKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """What a race works with; a test of its scheduling puts others in their place.

    Attributes:
        start_worker: starts a worker process; called like `WorkerProcess`.
        clock: seconds since any moment.
        interference: begins to count the CPU of others.
        peak_memory: watches a process by its id.
        wait_for_rest: waits until processes do nothing, by their ids.
        cores: numbers of those that a worker can be kept on; just None where the system chooses.
    """

    start_worker: Callable[..., Worker] = WorkerProcess
    clock: Callable[[], float] = time.monotonic
    interference: Callable[[], InterferenceReading] = Interference
    peak_memory: Callable[[int], AbstractContextManager[Memory]] = PeakMemory
    wait_for_rest: Callable[[Sequence[int]], None] = wait_for_rest
    cores: Callable[[], tuple[int | None, ...]] = cores_to_pin
