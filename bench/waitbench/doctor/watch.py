"""An examination of a program: of this process, and of the child processes that it starts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from waitbench.doctor.following import Following
from waitbench.doctor.process_watch import ProcessWatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.doctor.findings import Examination

THRESHOLD_MS = 50.0
"""A hold below that is no finding, unless told otherwise."""


class ProgramWatch:
    """The instruments of one examination."""

    def __init__(self, threshold_ms: float) -> None:
        self._process = ProcessWatch(threshold_ms)
        self._following = Following(threshold_ms)
        self.leaks = self._process.leaks

    @contextmanager
    def on(self) -> Iterator[None]:
        """Watch while the block lasts; then search what is alive."""
        with self._following.on(), self._process.on():
            yield

    def cut_short(self) -> None:
        """Add up what was seen of loops that never come to their end; search no living loop."""
        self._process.cut_short()
        self._following.collect()

    def examination(self) -> Examination:
        """Return what was found until now."""
        return self._following.added_to(self._process.examination(), self._process.child_loops)


@contextmanager
def watching(threshold_ms: float = THRESHOLD_MS) -> Iterator[ProgramWatch]:
    """Watch the loops of this program; `examination()` of what is yielded tells what was found."""
    watch = ProgramWatch(threshold_ms)
    with watch.on():
        yield watch
