"""What a proxy does to the bytes that pass, as frozen facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from waitbench_server.distributions import Distribution, Fixed, Stalled
from waitbench_server.mix import Mix

NONE, REFUSE, RESET, CUT, STALL, HALF_OPEN = range(6)
FAULTS: Final = {
    "none": NONE,
    "refuse": REFUSE,
    "reset": RESET,
    "cut": CUT,
    "stall": STALL,
    "half-open": HALF_OPEN,
}
_AT_ONCE: Final = Fixed(ns=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """What happens to the bytes of one direction.

    Attributes:
        delay: how much later they arrive.
        rate: how many pass in a second, of each connection; None for all.
    """

    delay: Distribution = _AT_ONCE
    rate: int | None = None
    fixed_ns: int | None = field(init=False)
    """The delay if it is always the same, so that nothing need be drawn."""
    stalls: Stalled | None = field(init=False)
    """The schedule on which this direction stands still, if there is one."""
    open: bool = field(init=False)
    """Whether bytes pass as they come."""

    def __post_init__(self) -> None:
        fixed_ns = self.delay.ns if isinstance(self.delay, Fixed) else None
        stalls = self.delay if isinstance(self.delay, Stalled) else None
        object.__setattr__(self, "fixed_ns", fixed_ns)
        object.__setattr__(self, "stalls", stalls)
        object.__setattr__(self, "open", fixed_ns == 0 and self.rate is None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a link does; the same for all its connections until it is changed."""

    up: Way = field(default_factory=Way)
    """From clients to the upstream."""
    down: Way = field(default_factory=Way)
    """From the upstream to clients."""
    connect: Distribution = _AT_ONCE
    """How much longer the set-up of a connection takes."""
    by_turn: bool = False
    """Whether only the first byte after silence is delayed, or else each byte."""
    fault: Mix = field(default_factory=lambda: Mix(values=(NONE,), weights=(1,)))
    """What goes wrong with a connection."""
    after_bytes: int = 0
    """How many bytes of the upstream's a connection passes before that."""

    @property
    def never_fails(self) -> bool:
        """Whether no connection is drawn a fault."""
        return self.fault.values == (NONE,)
