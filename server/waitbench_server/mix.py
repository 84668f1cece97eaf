"""A weighted choice such as `200:90,503:10` or `5ms:90,200ms:10`: text in, values drawn out."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_HIGHEST_WEIGHT: Final = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Mix:
    """Values, each with its weight."""

    values: tuple[int, ...]
    weights: tuple[int, ...]
    _sums: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sums", tuple(accumulate(self.weights)))

    def pick(self, u: float) -> int:
        """Return the value on whose stretch of the weights `u` (0 < u < 1) falls."""
        return self.values[bisect_right(self._sums, u * self._sums[-1])]

    def ascending(self) -> Mix:
        """Return the same choice with each value once, from the smallest to the largest."""
        weights: dict[int, int] = {}
        for value, weight in zip(self.values, self.weights, strict=True):
            weights[value] = weights.get(value, 0) + weight
        return Mix(
            values=tuple(sorted(weights)), weights=tuple(weights[v] for v in sorted(weights))
        )


def parse(text: str, value: Callable[[str], int]) -> Mix:
    """Read one value alone, or several with whole weights.

    Raises:
        ValueError: a value or a weight is not allowed; the message says which.
    """
    if ":" not in text:
        return Mix(values=(value(text.strip()),), weights=(1,))
    values, weights = [], []
    for part in text.split(","):
        name, _, weight = part.strip().partition(":")
        values.append(value(name))
        weights.append(whole_weight(weight, part))
    return Mix(values=tuple(values), weights=tuple(weights))


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
