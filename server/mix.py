"""A weighted choice such as `200:90,503:10`: text in, one value per draw out."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_HIGHEST_WEIGHT: Final = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Mix:
    """Values and, for each, the sum of the weights up to it."""

    values: tuple[int, ...]
    sums: tuple[int, ...]

    def pick(self, u: float) -> int:
        """Return the value on whose stretch of the weights `u` (0 < u < 1) falls."""
        return self.values[bisect_right(self.sums, u * self.sums[-1])]


def parse(text: str, value: Callable[[str], int]) -> Mix:
    """Read one value alone, or several with whole weights.

    Raises:
        ValueError: a value or a weight is not allowed; the message says which.
    """
    if ":" not in text:
        return Mix(values=(value(text.strip()),), sums=(1,))
    values, weights = [], []
    for part in text.split(","):
        name, _, weight = part.strip().partition(":")
        values.append(value(name))
        weights.append(whole_weight(weight, part))
    return Mix(values=tuple(values), sums=tuple(accumulate(weights)))


def whole_weight(text: str, part: str) -> int:
    """Read one weight of the entry `part`.

    Raises:
        ValueError: it is not a whole number from 1 to 1,000,000,000.
    """
    if text.isascii() and text.isdigit() and 0 < int(text[:12]) <= _HIGHEST_WEIGHT:
        return int(text[:12])
    raise ValueError(
        f"{part.strip()[:80]!r} needs a whole weight from 1, as in 5ms:90,200ms:10 or 200:90,503:10"
    )
