"""An examination of what one process does for a while: instruments on, then off again."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.doctor.blocked_steps import LoopActivity
from waitbench.doctor.children import Children
from waitbench.doctor.diagnosis import examined
from waitbench.doctor.forks import in_fork
from waitbench.doctor.gc_pauses import GcPauses
from waitbench.doctor.leaks import Leaks
from waitbench.doctor.limits import Limits
from waitbench.doctor.listening import listening
from waitbench.doctor.loop_steps import timing
from waitbench.doctor.patches import replaced
from waitbench.doctor.pools import Pools
from waitbench.doctor.signal_samples import SignalSampler
from waitbench.doctor.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from waitbench.doctor.findings import Examination


class ProcessWatch:
    """The instruments of one examination, of this process alone."""

    def __init__(self, threshold_ms: float) -> None:
        self._sampler = SignalSampler()
        self._activity = LoopActivity(
            threshold_ns=int(threshold_ms * 1e6), take_signal_samples=self._sampler.taken
        )
        self._gc_pauses = GcPauses(self._activity)
        self._children = Children()
        self._limits = Limits()
        self.leaks = Leaks()
        self.pools = Pools(self._activity.holders.calls)
        self._patches, self._sampling = ExitStack(), ExitStack()

    @contextmanager
    def on(self) -> Iterator[None]:
        """Watch while the block lasts; then search what is alive."""
        with self._patches as instruments, self._sampling, in_fork(self._forsake):
            with suppress(ImportError):
                import uvloop  # noqa: F401  its loops are instrumented where it is imported
            instruments.enter_context(timing(self._activity))
            instruments.enter_context(listening(self.leaks, self._gc_pauses))
            self.pools.watch(instruments.enter_context(replaced()))
            self._limits.watch(instruments.enter_context(replaced()))
            instruments.enter_context(self._sampler.on())
            instruments.enter_context(self._gc_pauses.on())
            self._children.watch(instruments.enter_context(replaced()))
            watchdog = Watchdog(self._activity, self._sampler, self._children, self._gc_pauses)
            watchdog.start()
            self._sampling.callback(watchdog.stop)
            yield
            self._gc_pauses.look()
            self._activity.finish()
            self.pools.finish()
            self.leaks.search()

    def _forsake(self) -> None:
        """Take everything off again in a forked child: its parent's watchdog is not there."""
        self._sampling.pop_all()
        self._activity.lock = threading.Lock()
        self._activity.threads.clear()
        self.leaks.stop()
        self._patches.close()

    def cut_short(self) -> None:
        """Add up what was seen of loops that never come to their end; search no living loop."""
        self._gc_pauses.look()
        running = any(thread.loop.is_running() for thread in self._activity.threads.values())
        self._activity.finish()
        self.pools.finish()
        if not running:
            self.leaks.search()

    def examination(self) -> Examination:
        """Return what was found until now."""
        return replace(
            examined(self._activity, self.leaks, self.pools.used, self._limits.ran_out),
            unwatched=tuple(self._activity.unwatched),
        )

    @property
    def child_loops(self) -> Mapping[int, str]:
        """Return names of child processes that wait for events, as loops do, by their ids."""
        return self._children.loops

    @property
    def losses(self) -> int:
        """Return how much was found until now, for a comparison."""
        return len(self._activity.blocked) + len(self._activity.late) + len(self.leaks.findings)
