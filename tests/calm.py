"""For tests of what only a machine shows that is calm for a moment: they have several tries."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ParamSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    P = ParamSpec("P")

TRIES = 4
"""A program that holds its loop, beside others that take the core from it, may look otherwise."""


def tried_again(test: Callable[P, None]) -> Callable[P, None]:
    """Return a test that has failed only when each of its tries has, one after the other.

    What it examines runs in processes of its own, so that nothing is left from try to try.
    """

    @functools.wraps(test)
    def tries(*args: P.args, **kwargs: P.kwargs) -> None:
        for _ in range(TRIES - 1):
            try:
                return test(*args, **kwargs)
            except (AssertionError, ValueError, KeyError):
                continue
        return test(*args, **kwargs)

    return tries
