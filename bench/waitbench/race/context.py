"""What all launches of a race have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waitbench.race.events import Observer
    from waitbench.race.instruments import Instruments
    from waitbench.race.plan import Settings
    from waitbench.race.record import RaceRecord
    from waitbench.race.run_services import RunServices


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """A race that is under way.

    Attributes:
        settings: how it is raced.
        record: where everything measured goes.
        observer: who watches.
        services: the servers.
        instruments: by which it touches the machine.
    """

    settings: Settings
    record: RaceRecord
    observer: Observer
    services: RunServices
    instruments: Instruments
