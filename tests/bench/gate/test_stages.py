"""How many pairs of processes a part of a gate races, with a clock that costs nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from waitbench.gate import stages

if TYPE_CHECKING:
    from collections.abc import Mapping

STARTING_S = 1.0


class Pretended:
    """Pairs of which each takes a second to start, and 0.3 to 2 s of rounds."""

    raced: list[int]

    def __init__(self, **_: object) -> None:
        self.evidence = SimpleNamespace(interrupted=False)
        self.plan = SimpleNamespace(left_s=0.0)

    def rounds_s(self, _: object, available_s: float, pairs: int) -> Mapping[str, float]:
        return {"a": min(2.0, max(0.3, available_s / pairs - STARTING_S))}

    def pair_s(self, _: object, rounds_s: Mapping[str, float]) -> float:
        return STARTING_S + sum(rounds_s.values())

    def race(self, _: object, pairs: int, *__: object) -> None:
        self.raced.append(pairs)


@pytest.mark.parametrize(
    ("parts", "left_s", "pairs"),
    [
        (1, 1_000, 64),
        (2, 1_000, 32),
        (4, 1_000, 16),
        (5, 1_000, 13),
        (7, 1_000, 12),  # of 64 pairs these are 10 each, too few for so few machines
        (16, 1_000, 4),
        (4, 23, 12),  # 20 s of it: rounds of 0.67 s rather than 8 pairs of 1.5 s
        (4, 11.5, 7),  # no time for more: 10 s of pairs of 1.3
    ],
)
def test_few_parts_race_a_dozen_pairs_each_where_there_is_time(
    parts: int, left_s: float, pairs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "Racing", Pretended)
    monkeypatch.setattr(Pretended, "raced", [], raising=False)
    plan: Any = SimpleNamespace(left_s=left_s)
    benchmarks: Any = [SimpleNamespace(name="a")]
    stages.race_part(benchmarks, plan, lambda _: lambda _event: None, parts)
    assert Pretended.raced == [stages.FIRST, pairs]
