"""A parameter that is one word out of a few: the word, or an error that lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Collection


def one_of(allowed: Collection[str], word: str, name: str) -> str:
    """Return the word, if it is allowed.

    Raises:
        BenchError: it is none of those, which are named with the parameter.
    """
    if word not in allowed:
        raise BenchError(f"{name}={word!r} is none of {', '.join(allowed)}")
    return word
