"""The fixtures that stand in for those of pytest-benchmark and pytest-codspeed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .fixture import Benchmark
from .items import BENCHMARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .turn import Turn


class Fixtures:
    """What tests ask for: a plugin of its own, since the last one that is registered counts."""

    def __init__(self, this_turn: Callable[[], Turn]) -> None:
        self._this_turn = this_turn

    @pytest.fixture
    def benchmark(self, request: pytest.FixtureRequest) -> Iterator[Benchmark]:
        """Stand in for the fixture of pytest-benchmark and pytest-codspeed."""
        turn = self._this_turn()
        turn.given = True
        fixture = Benchmark(turn, request.node)
        request.node.stash[BENCHMARK] = fixture
        yield fixture
        fixture.close()

    @pytest.fixture
    def codspeed_benchmark(self, benchmark: Benchmark) -> Benchmark:
        """Give the same under the name that pytest-codspeed has for it."""
        return benchmark

    @pytest.fixture
    def benchmark_weave(self, benchmark: Benchmark) -> Any:
        """Give what weaves."""
        return benchmark.weave
