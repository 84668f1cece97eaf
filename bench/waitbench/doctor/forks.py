"""Something to do first in each forked child, for a while: not all that a fork copies is of use."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TO_DO: list[Callable[[], None]] = []
REGISTERED: list[int] = []


@contextmanager
def in_fork(act: Callable[[], None]) -> Iterator[None]:
    """Have something done first in each child that is forked while the block lasts."""
    if not REGISTERED and hasattr(os, "register_at_fork"):  # which cannot be undone
        os.register_at_fork(after_in_child=_forked)
        REGISTERED.append(os.getpid())
    TO_DO.append(act)
    try:
        yield
    finally:
        if act in TO_DO:
            TO_DO.remove(act)


def _forked() -> None:
    acts = TO_DO[::-1]
    TO_DO.clear()
    for act in acts:
        act()
