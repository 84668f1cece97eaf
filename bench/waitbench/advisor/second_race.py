"""A race in, widths worth a second look out: where the model was wrong, so may its width be."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from waitbench.advisor.advice import WORTH
from waitbench.advisor.concurrent_trials import PAIR
from waitbench.advisor.mispredictions import WRONG
from waitbench.advisor.predict import predict, predictions, widest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.advisor.fitted_model import FittedModel
    from waitbench.advisor.predict import Prediction
    from waitbench.advisor.question import Place
    from waitbench.advisor.race import Raced

BEYOND = 1.1
"""More than so many times what a model reaches at most is more than chance."""
WIDER, NARROWER = (2.0, 0.5, 4.0), (0.5, 0.25, 2.0)
"""Times the width that was raced: where more came than was predicted, and where less did."""
TIMES = attrgetter("times")


def doubted(cells: Mapping[Place, tuple[float, float]], most: Mapping[str, float]) -> Place | None:
    """Return whose width is in doubt: of those who might be faster than the best of the raced.

    It is, where a model came far off what was predicted; or beyond what it was predicted to reach
    at any width, for it was that ceiling that made the width enough.

    Args:
        cells: who was raced, as times faster than sync: predicted and measured.
        most: predicted for the best width, by model.

    Returns:
        None where nobody is.
    """
    best = max((measured for _, measured in cells.values()), default=1.0)
    hopes = {
        place: max(predicted, measured)
        for place, (predicted, measured) in cells.items()
        if abs(predicted / measured - 1) > WRONG or measured > BEYOND * most[place[0]]
    }
    hopes = {place: hope for place, hope in hopes.items() if hope >= max(best, WORTH)}
    return max(hopes, key=lambda place: hopes[place], default=None)


def other_widths(fitted: FittedModel, calls: int, raced: Sequence[Raced]) -> list[Prediction]:
    """Return other widths of a model that the race did not bear out; none where it bore out all.

    Args:
        fitted: the queueing model, fitted to the trials.
        calls: of a round.
        raced: the contestants.
    """
    cells = {
        result.place: (predict(fitted, *result.place, calls).times, gain.value)
        for result in raced
        if (gain := result.times)
    }
    most = {model: max(map(TIMES, predictions(fitted, model, calls))) for model, _ in cells}
    place = doubted(cells, most)
    if place is None:
        return []
    model, width = place
    predicted, measured = cells[place]
    most_at_once = widest(fitted, model, calls)
    others = (round(width * by) for by in (WIDER if measured > predicted else NARROWER))
    return [
        predict(fitted, model, other, calls)
        for other in others
        if PAIR <= other <= most_at_once and (model, other) not in cells
    ]


def wider(fitted: FittedModel, calls: int, raced: Sequence[Raced]) -> list[Prediction]:
    """Return the fastest as it was raced and at twice that width; none where there is no wider.

    The width that was predicted is the least that comes close to all that its model can.

    Args:
        fitted: the queueing model, fitted to the trials.
        calls: of a round.
        raced: the contestants.
    """
    gains = {result.place: gain.value for result in raced if (gain := result.times)}
    fastest = max(gains, key=lambda place: gains[place], default=None)
    if fastest is None or gains[fastest] < WORTH:
        return []
    model, width = fastest
    more = int(min(2 * width, widest(fitted, model, calls)))
    if more <= width or (model, more) in gains:
        return []
    return [predict(fitted, model, each, calls) for each in (width, more)]
