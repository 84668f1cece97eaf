from pathlib import Path

import pytest

from tests.bench.builds import under
from tests.bench.synthetic import computing, summary
from waitbench.analysis.by_build import alone, first, pivots, state

OF = computing("compute-n8-c2", concurrency=2)
WALLS: dict[str, float | str] = {
    "sync@3.14": 60,
    "threads@3.14": 66,
    "sync@3.14t": 90,
    "threads@3.14t": 33,
    "sync@3.15+jit": 60.2,
}


def test_each_model_is_held_against_itself_under_the_first(tmp_path: Path) -> None:
    (pivot,) = pivots(summary(tmp_path, *under(OF, WALLS)))
    assert (pivot.models, pivot.builds) == (("sync", "threads"), ("3.14", "3.14t", "3.15+jit"))
    gains = {place: cell.gain.value for place, cell in pivot.cells.items() if cell.gain}
    assert gains == pytest.approx(
        {("sync", "3.14t"): 60 / 90, ("threads", "3.14t"): 2.0, ("sync", "3.15+jit"): 60 / 60.2},
        rel=0.01,
    )
    words = {place: cell.verdict.verdict for place, cell in pivot.cells.items() if cell.verdict}
    assert words == {
        ("sync", "3.14t"): "slower",
        ("threads", "3.14t"): "faster",
        ("sync", "3.15+jit"): "same",
    }
    best = pivot.fastest()
    assert best is not None
    assert best.row.model == "threads@3.14t"


def test_one_build_alone_is_a_run_of_its_own(tmp_path: Path) -> None:
    whole = summary(tmp_path, *under(OF, WALLS))
    free = alone(whole, "3.14t")
    (scenario,) = free.scenarios
    assert [row.model for row in scenario.rows] == ["sync", "threads"]
    assert scenario.baseline == "sync"
    threads = scenario.row("threads")
    assert threads is not None
    assert threads.ratio is not None
    assert threads.ratio.value == pytest.approx(90 / 33, rel=0.01)
    assert free.environment["gil"] is False
    assert state(whole, "3.14t") == "3.14t without the GIL"
    assert state(whole, "3.15+jit") == "3.15+jit with the JIT"
    assert free.builds == ("3.14t",)
    assert first(whole) is alone(whole, "3.14")
    assert first(free).scenarios[0].rows[0].model == "sync"


def test_a_run_without_builds_has_no_pivot(tmp_path: Path) -> None:
    from tests.bench.synthetic import whole

    assert pivots(summary(tmp_path, *whole())) == []
