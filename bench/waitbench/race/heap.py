"""The heap of a worker: what lives in it for good is not looked through again round after round."""

from __future__ import annotations

import gc

MOST_LEFT = 30_000
"""Objects that scenarios have made, before what is left of them is looked through for garbage."""

FREEZES = hasattr(gc, "freeze")
"""PyPy's collector tells old from new by itself."""


class Heap:
    """Keep the garbage collector to what is new: a round then costs it no 10 ms."""

    def __init__(self) -> None:
        self._made = 0

    def settle(self) -> None:
        """Collect all garbage, and take for granted what lives now, imports above all."""
        if FREEZES:
            gc.unfreeze()
        gc.collect()
        if FREEZES:
            gc.freeze()
        self._made = 0

    def before_round(self) -> None:
        """Collect what the last round left, so that none of it falls into the next one."""
        gc.collect()
        if FREEZES:
            self._made += len(gc.get_objects())
            gc.freeze()

    def after_scenario(self) -> None:
        """Settle anew once much was made: garbage in circles may lie among what is frozen."""
        if self._made > MOST_LEFT:
            self.settle()
