"""Runs in, how much better a step or a slope tells them than noise of which a run keeps a share.

Both descriptions may have noise of a first-order autoregression (AR(1)), whose share each chooses
for itself: what wanders is then told by its wandering, and what jumps once by a step. Twice the
logarithm of the ratio of the two likelihoods is given.

In simulated histories of 6 to 60 runs without a step, of which a run keeps nothing to 90 % of the
one before, the largest over all places was above 13 in about 1 to 6 of 100.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    Logs = np.ndarray[tuple[int], np.dtype[np.float64]]

SHARES = (-0.2, 0.0, 0.2, 0.4, 0.6, 0.75, 0.87, 0.95)
"""Of the run before that a run may keep."""


def for_step(logs: Sequence[float], at: int, least_noise: float) -> float:
    """Return how much better a step in front of run `at` describes a series than one level.

    Args:
        logs: logarithms, at least three on either side.
        at: the first run of the new level.
        least_noise: standard deviation below which no noise is believed.
    """
    import numpy as np

    return _gain(logs, (np.arange(len(logs)) >= at).astype(float), least_noise)


def for_slope(logs: Sequence[float], least_noise: float) -> float:
    """Return how much better a slope describes a series than one level."""
    import numpy as np

    return _gain(logs, np.arange(len(logs), dtype=float), least_noise)


def _gain(logs: Sequence[float], shape: Logs, least_noise: float) -> float:
    import numpy as np

    runs, level = np.asarray(logs, dtype=float), np.ones(len(logs))
    flat = _likelihood(runs, [level], least_noise)
    return 2 * (_likelihood(runs, [level, shape], least_noise) - flat)


def _likelihood(runs: Logs, shapes: Sequence[Logs], least_noise: float) -> float:
    """Return the largest logarithm of a likelihood, over shares and heights of the shapes."""
    import numpy as np

    largest, count = -np.inf, len(runs)
    for share in SHARES:
        fresh = 1 - share**2
        wanted, *columns = (_innovations(series, share) for series in (runs, *shapes))
        design = np.column_stack(columns)
        heights = np.linalg.lstsq(design, wanted, rcond=None)[0]
        left = wanted - design @ heights
        variance = float(left @ left) / count + least_noise**2 * fresh
        largest = max(largest, (np.log(fresh) - count * np.log(variance)) / 2)
    return float(largest)


def _innovations(series: Logs, share: float) -> Logs:
    """Return what is new in each run; of the first, what makes it as certain as the others."""
    import numpy as np

    first = series[:1] * (1 - share**2) ** 0.5
    return np.concatenate([first, series[1:] - share * series[:-1]])
