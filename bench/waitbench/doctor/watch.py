"""An examination of what this process does for a while: instruments on, then off again."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.doctor.blocked_steps import LoopActivity
from waitbench.doctor.children import Children
from waitbench.doctor.diagnosis import examined
from waitbench.doctor.gc_pauses import GcPauses
from waitbench.doctor.leaks import Leaks, listening
from waitbench.doctor.limits import Limits
from waitbench.doctor.loop_steps import timing
from waitbench.doctor.patches import replaced
from waitbench.doctor.pools import Pools
from waitbench.doctor.signal_samples import SignalSampler
from waitbench.doctor.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.doctor.findings import Examination

THRESHOLD_MS = 50.0
"""A hold below that is no finding, unless told otherwise."""


class ProgramWatch:
    """The instruments of one examination."""

    def __init__(self, threshold_ms: float) -> None:
        self._sampler = SignalSampler()
        self._activity = LoopActivity(
            threshold_ns=int(threshold_ms * 1e6), take_signal_samples=self._sampler.taken
        )
        self._gc_pauses = GcPauses(activity=self._activity)
        self._children = Children()
        self._limits = Limits()
        self.leaks = Leaks()
        self.pools = Pools(self._activity.holders.calls)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Watch while the block lasts; then search what is alive."""
        with ExitStack() as instruments:
            with suppress(ImportError):
                import uvloop  # noqa: F401  its loops are instrumented where it is imported
            instruments.enter_context(timing(self._activity))
            instruments.enter_context(listening(self.leaks))
            self.pools.watch(instruments.enter_context(replaced()))
            self._limits.watch(instruments.enter_context(replaced()))
            instruments.enter_context(self._sampler.on())
            instruments.enter_context(self._gc_pauses.on())
            self._children.watch(instruments.enter_context(replaced()))
            watchdog = Watchdog(self._activity, self._sampler, self._children)
            watchdog.start()
            instruments.callback(watchdog.stop)
            yield
            self._activity.finish()
            self.pools.finish()
            self.leaks.search()

    def cut_short(self) -> None:
        """Add up what was seen of loops that never come to their end; search no living loop."""
        running = any(thread.loop.is_running() for thread in self._activity.threads.values())
        self._activity.finish()
        self.pools.finish()
        if not running:
            self.leaks.search()

    def examination(self) -> Examination:
        """Return what was found until now."""
        children = self._children.loops.values()
        unwatched = (
            *self._activity.unwatched,
            *(f"a loop ran in a child process, and nobody watched it: {name}" for name in children),
        )
        return replace(
            examined(self._activity, self.leaks, self.pools.used, self._limits.ran_out),
            unwatched=unwatched,
        )


@contextmanager
def watching(threshold_ms: float = THRESHOLD_MS) -> Iterator[ProgramWatch]:
    """Watch the loops of this process; `examination()` of what is yielded tells what was found."""
    watch = ProgramWatch(threshold_ms)
    with watch.on():
        yield watch
