"""The heap of a session: what lives in it for good is not looked through again round after round.

It is what `waitbench.race.heap` does in a worker of ours.
"""

from __future__ import annotations

import gc

MOST_LEFT = 30_000
"""Objects that tests have made, before what is left of them is looked through for garbage."""


class Heap:
    """Keep the garbage collector to what is new: a round then costs it no 10 ms."""

    def __init__(self) -> None:
        self._made = 0

    def settle(self) -> None:
        """Collect all garbage, and take for granted what lives now, imports above all."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._made = 0

    def before_round(self) -> None:
        """Collect what the last round left, so that none of it falls into the next one."""
        gc.collect()
        self._made += len(gc.get_objects())
        gc.freeze()

    def after_test(self) -> None:
        """Settle anew once much was made: garbage in circles may lie among what is frozen."""
        if self._made > MOST_LEFT:
            self.settle()
