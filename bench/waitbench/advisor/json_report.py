"""Advice in, JSON out: every figure, in nanoseconds and times, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from waitbench.advisor import reasons, text

if TYPE_CHECKING:
    from waitbench.advisor.advice import Advice
    from waitbench.advisor.on_measured_map import Spot

SCHEMA = 1
"""Number of this document's shape."""


def as_json(advice: Advice, spot: Spot | None = None) -> str:
    """Return advice as JSON, with the scenarios of a measured map that are nearest to it."""
    demand = advice.probe.alone.demand
    return json.dumps(
        {
            "schema": SCHEMA,
            "function": advice.question.function,
            "sentence": text.sentence(advice),
            "advice": {
                "model": advice.model,
                "width": advice.width,
                "times": advice.times,
                "interval": [advice.low, advice.high],
                "because": advice.because or None,
            },
            "waiting": demand.waiting,
            "locked": demand.locked,
            "lock_known": advice.lock_known,
            "demand": {**asdict(demand), "alone_ns": demand.alone_ns},
            "calls_of_a_round": advice.calls,
            "predicted": [asdict(prediction) for prediction in advice.predicted],
            "measured": [
                {
                    **asdict(result),
                    "times": result.times.value if result.times else None,
                    "interval": [result.times.low, result.times.high] if result.times else None,
                }
                for result in advice.raced
            ],
            "misses": [asdict(misprediction) for misprediction in advice.mispredictions],
            "remarks": list(advice.remarks),
            "bound": reasons.bound(advice),
            "would_change_it": reasons.changes(advice),
            "nearest_measured": [
                {"scenario": cell.scenario.name, "level": list(cell.level)} for cell in spot.cells
            ]
            if spot
            else None,
            "sketch": text.code(advice) or None,
        },
        indent=2,
    )
