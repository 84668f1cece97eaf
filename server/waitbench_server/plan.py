"""What one request asks for: a frozen plan, the same for all that ask the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final

from waitbench_server import compression, pieces
from waitbench_server.distributions import Distribution, Fixed, Stalled
from waitbench_server.mix import Mix
from waitbench_server.outcomes import FAULTS
from waitbench_server.stream import Breaks, Stream

_OK: Final = Mix(values=(HTTPStatus.OK.value,), weights=(1,))
_NO_FAULT: Final = Mix(values=(FAULTS["none"],), weights=(1,))


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How a request is answered; the same for every request with the same parameters."""

    latency: Distribution = field(default_factory=lambda: Fixed(ns=0))
    size: int = 128
    rate: int | None = None
    """Bytes per second of the body; None sends it at once."""
    compressible: bool = False
    encoding: str = compression.IDENTITY
    cpu_ns: int = 0
    status: Mix = _OK
    fault: Mix = _NO_FAULT
    keepalive: bool = True
    stream: Stream | None = None
    """An answer in pieces, in place of a body of `size`."""
    format: str = "raw"
    framing: str = pieces.CHUNKED
    midstream: Breaks = field(default_factory=Breaks)

    def with_latency(self, distribution: Distribution) -> Plan:
        """Return the same plan with another latency."""
        return replace(self, latency=distribution)

    @property
    def fixed_ns(self) -> int | None:
        """The delay if all requests have the same, so that nothing need be drawn."""
        return self.latency.ns if isinstance(self.latency, Fixed) else None

    @property
    def stalls(self) -> Stalled | None:
        """The schedule on which the service stands still, if there is one."""
        return self.latency if isinstance(self.latency, Stalled) else None
