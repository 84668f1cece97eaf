"""The target's statistics of one round in, out the figures that the record keeps of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FIGURES = {
    "requests": ("requests",),
    "asked_p50_ns": ("asked_ns", "p50"),
    "asked_mean_ns": ("asked_ns", "mean"),
    "error_p50_ns": ("injection_error_ns", "p50"),
    "error_p99_ns": ("injection_error_ns", "p99"),
    "early": ("injection_error_ns", "early"),
    "queue_p99_ns": ("queue_ns", "p99"),
    "in_flight_max": ("in_flight", "max"),
    "connections_max": ("connections", "max"),
    "connections_opened": ("connections", "opened"),
    "cpu_ns": ("cpu_ns",),
    "loop_lag_p99_ns": ("loop_lag_ns", "p99"),
    "gc_pause_ns": ("gc", "pause_ns"),
    "wall_ns": ("wall_ns",),
}


def round_stats(stats: Mapping[str, Any]) -> dict[str, int | None]:
    """Pick out of the target's statistics of one round what the record keeps.

    Args:
        stats: what `Target.reset` gave at the round's end.

    Returns:
        One whole number for each figure, durations in nanoseconds; None where the target did
        not say (a round without requests has no median).
    """
    kept: dict[str, int | None] = {}
    for figure, path in _FIGURES.items():
        value: Any = stats
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        kept[figure] = round(value) if isinstance(value, int | float) else None
    return kept
