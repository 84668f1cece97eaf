"""Keeps the garbage collector out of the requests' way without letting memory grow for ever."""

from __future__ import annotations

import gc
from time import monotonic_ns
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from waitbench_server.ledger import Ledger

_WORTH_COLLECTING: Final = 20_000  # new containers: less is not worth a pause even when idle
_MUST_COLLECT: Final = 1_000_000  # new containers: some 200 MB, or 25,000 connections in service


class Collection:
    """Freezes what the start made, then collects when idle, between periods, or when it must."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._begun_ns = 0

    def take_over(self) -> None:
        """Stop automatic collections, and count the pauses of those made here."""
        gc.collect()
        gc.freeze()
        gc.disable()
        gc.callbacks.append(self._observe)

    def tidy(self, *, idle: bool) -> None:
        """Collect if this is a good moment, or if too much has piled up."""
        new = gc.get_count()[0]
        if new > _MUST_COLLECT or (idle and new > _WORTH_COLLECTING):
            gc.collect()

    def collect_between_periods(self) -> None:
        """Collect now, while nobody is being timed; the pause belongs to the period that ends."""
        if gc.get_count()[0] > _WORTH_COLLECTING:
            gc.collect()

    def _observe(self, phase: str, info: dict[str, int]) -> None:
        del info
        if phase == "start":
            self._begun_ns = monotonic_ns()
        else:
            self._ledger.collected(monotonic_ns() - self._begun_ns)
