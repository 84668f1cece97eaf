"""An examination of what this process does for a while: instruments on, then off again."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from bench.doctor.diagnosis import examined
from bench.doctor.glimpses import Glimpses
from bench.doctor.lost import Losses, listening
from bench.doctor.patches import replaced
from bench.doctor.pools import Pools
from bench.doctor.stays import Stays
from bench.doctor.steps import timing
from bench.doctor.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.doctor.facts import Examination

THRESHOLD_MS = 50.0
"""A hold below that is no finding, unless told otherwise."""


class Watch:
    """The instruments of one examination."""

    def __init__(self, threshold_ms: float) -> None:
        self._glimpses = Glimpses()
        self._stays = Stays(threshold_ns=int(threshold_ms * 1e6), glimpsed=self._glimpses.taken)
        self.losses = Losses()
        self.pools = Pools(self.losses)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Watch; at the end, look through what is alive, unless the program was stopped."""
        with ExitStack() as instruments:
            with suppress(ImportError):
                import uvloop  # noqa: F401  its loops are instrumented where it is imported
            instruments.enter_context(timing(self._stays))
            instruments.enter_context(listening(self.losses))
            self.pools.watch(instruments.enter_context(replaced()))
            instruments.enter_context(self._glimpses.on())
            watchdog = Watchdog(self._stays, self._glimpses)
            watchdog.start()
            instruments.callback(watchdog.stop)
            yield
            self.losses.search()

    def examination(self) -> Examination:
        """Say what was found until now."""
        return examined(self._stays, self.losses, self.pools.found)


@contextmanager
def watching(threshold_ms: float = THRESHOLD_MS) -> Iterator[Watch]:
    """Watch the loops of this process; `examination()` of what it gives tells what was found."""
    watch = Watch(threshold_ms)
    with watch.on():
        yield watch
