"""Names behind the ends of lines: where two would meet, one stands above the other."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.presentation.vega_json import Vega

LINE = 17
"""Points that a name takes in height."""
LETTER = 7.4
"""Points that a letter of it takes in width, about."""


def names(
    facts: Sequence[Vega],
    x: tuple[float, float],
    y: tuple[float, float],
    size: tuple[int, int],
) -> list[Vega]:
    """Return a fact for each name: of the last point of its line, with `name` and `label_ms`.

    Args:
        facts: points of all lines, by `key` of a field and `model`, at `rate` and `ms`.
        x: ends of the logarithmic scale of `rate`.
        y: ends of that of `ms`.
        size: width and height of a field, in points.
    """
    width, height = size
    labels = []
    for key in dict.fromkeys(fact["key"] for fact in facts):
        ends = {fact["model"]: fact for fact in facts if fact["key"] == key}
        placed: list[tuple[float, float, float]] = []
        for end in sorted(ends.values(), key=lambda fact: fact["ms"]):
            left = width * log(end["rate"] / x[0]) / log(x[1] / x[0])
            right = left + LETTER * len(end["model"])
            up = height * log(end["ms"] / y[0]) / log(y[1] / y[0])
            while any(
                abs(up - other) < LINE and left < its_right and its_left < right
                for its_left, its_right, other in placed
            ):
                up += 1
            placed.append((left, right, up))
            at_ms = y[0] * (y[1] / y[0]) ** (up / height)
            labels.append({**end, "label_ms": at_ms, "name": end["model"]})
    return labels
