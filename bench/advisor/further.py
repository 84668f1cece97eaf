"""A race in, widths worth a second look out: where the model was wrong, so may its width be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.advisor.advice import WORTH
from bench.advisor.miss import WRONG
from bench.advisor.predict import predict, predictions, widest
from bench.advisor.together import PAIR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.advisor.predict import Prediction
    from bench.advisor.setting import Setting
    from bench.advisor.verify import Raced

BEYOND = 1.1
"""More than so many times what a model reaches at most is more than chance."""
WIDER, NARROWER = (2.0, 0.5, 4.0), (0.5, 0.25, 2.0)
"""Times the width that was raced: where more came than was foretold, and where less did."""

Place = tuple[str, int]
"""A model and how many at once."""


def doubted(cells: Mapping[Place, tuple[float, float]], most: Mapping[str, float]) -> Place | None:
    """Say whose width is in doubt: of those who might be faster than the best of the raced.

    It is, where a model came far off what was foretold; or beyond what it was foretold to reach at
    any width, for it was that ceiling that made the width enough.

    Args:
        cells: who was raced, as times faster than sync: foretold and measured.
        most: foretold for the best width, by model.

    Returns:
        None where nobody is.
    """
    best = max((came for _, came in cells.values()), default=1.0)
    hopes = {
        place: max(told, came)
        for place, (told, came) in cells.items()
        if abs(told / came - 1) > WRONG or came > BEYOND * most[place[0]]
    }
    hopes = {place: hope for place, hope in hopes.items() if hope >= max(best, WORTH)}
    return max(hopes, key=lambda place: hopes[place], default=None)


def further(known: Setting, calls: int, raced: Sequence[Raced]) -> list[Prediction]:
    """Give other widths of a model that the race did not bear out; none where it bore out all.

    Args:
        known: the queueing model, set.
        calls: of a round.
        raced: the contestants.
    """
    cells = {
        (one.model, one.width): (predict(known, one.model, one.width, calls).times, came.value)
        for one in raced
        if (came := one.times)
    }
    most = {model: max(one.times for one in predictions(known, model, calls)) for model, _ in cells}
    place = doubted(cells, most)
    if place is None:
        return []
    model, width = place
    told, measured = cells[place]
    most_at_once = widest(known, model, calls)
    others = (round(width * by) for by in (WIDER if measured > told else NARROWER))
    return [
        predict(known, model, other, calls)
        for other in others
        if PAIR <= other <= most_at_once and (model, other) not in cells
    ]
