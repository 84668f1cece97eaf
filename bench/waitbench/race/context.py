"""What all launches of a race have in common, and by what a race touches its machine."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.race.visits import Visits
from waitbench.race.worker_process import WorkerProcess
from waitbench.system.interference import Interference, wait_for_rest
from waitbench.system.machine import cores_to_pin
from waitbench.system.memory import PeakMemory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.race.events import Observer
    from waitbench.race.plan import Settings
    from waitbench.race.record import RaceRecord
    from waitbench.race.run_services import RunServices


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

    start_worker: Callable[..., WorkerProcess] = WorkerProcess
    clock: Callable[[], float] = time.monotonic
    interference: Callable[[], Interference] = Interference
    peak_memory: Callable[[int], PeakMemory] = PeakMemory
    wait_for_rest: Callable[[Sequence[int]], None] = wait_for_rest
    cores: Callable[[], tuple[int | None, ...]] = cores_to_pin


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """A race that is under way.

    Attributes:
        settings: how it is raced.
        record: where everything measured goes.
        observer: who watches.
        services: the servers.
        instruments: by which it touches the machine.
        visits: of somebody else at the target.
    """

    settings: Settings
    record: RaceRecord
    observer: Observer
    services: RunServices
    instruments: Instruments
    visits: Visits = field(default_factory=Visits)
