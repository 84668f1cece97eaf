"""Hand-made rows of several interpreters: the same record, under a build and with its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.bench.synthetic import record, shaken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATES: dict[str, dict[str, Any]] = {
    "3.13": {"python": "3.13.1", "gil": True, "jit": None},
    "3.14": {"python": "3.14.2", "gil": True, "jit": False},
    "3.14t": {"python": "3.14.2", "gil": False, "jit": None},
    "3.15": {"python": "3.15.2", "gil": True, "jit": False},
    "3.15+jit": {"python": "3.15.2", "gil": True, "jit": True},
}
"""What each says of itself; the first that a test names is the one that others are against."""


UNSURE = (0.8, 1.0, 1.25)
"""Luck of launches that leaves everything open."""


def under(of: Mapping[str, Any], walls_ms: Mapping[str, float | str]) -> list[dict[str, Any]]:
    """Rows of one scenario, whose walls stand by contestant: `{"sync@3.14": 60}`.

    Of a text, `"60?"`, nobody can tell how long it really takes.
    """
    first = next(iter(walls_ms), "").partition("@")[2]
    return [
        _row(
            {**of, "baseline": f"sync@{first}"},
            name,
            shaken(float(wall[:-1]), UNSURE) if isinstance(wall, str) else shaken(wall),
        )
        for name, wall in walls_ms.items()
    ]


def _row(of: Mapping[str, Any], name: str, walls: Sequence[Sequence[int]]) -> dict[str, Any]:
    model, _, build = name.partition("@")
    made = record(of, model, walls)
    state = STATES[build]
    made["model"] = name
    made["contestant"] |= {"name": name, "build": build}
    made["state"] = state
    if state["jit"]:
        made["launches"] = [
            {**launch, "warm_ns": [90_000_000, 60_000_000, 59_000_000]}
            for launch in made["launches"]
        ]
    return made
