"""Two runs held against each other: by name, less is better, and never surer than they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import waitbench
from tests.bench import synthetic
from tests.bench.others import benchmark, plain, write

if TYPE_CHECKING:
    from pathlib import Path

SURE = (0.99, 1.0, 1.01)


def ours(path: Path, sync_ms: float, asyncio_ms: float, **more: Any) -> waitbench.Run:
    """A run of two rows; each launch of the second is as lucky as the same of the first."""
    sync = synthetic.record(synthetic.scenario(), "sync", synthetic.shaken(sync_ms, SURE))
    other = synthetic.record(synthetic.scenario(), "asyncio", synthetic.shaken(asyncio_ms, SURE))
    return waitbench.load(write(path, synthetic.document([sync, other], **more)))


def test_two_files_of_another_tool_are_matched_by_full_name(tmp_path: Path) -> None:
    before = write(
        tmp_path / "a.json", plain(benchmark("test_a", 0.010), benchmark("test_gone", 0.01))
    )
    after = write(
        tmp_path / "b.json", plain(benchmark("test_a", 0.015), benchmark("test_new", 0.01))
    )
    changed = waitbench.compare(before, str(after))
    (change,) = changed.changes
    assert change.name == "tests/test_shop.py::test_a"
    assert (change.figure, change.unit) == ("median", "ns")
    assert change.ratio == pytest.approx(1.5)
    assert change.interval is None
    assert (changed.new, changed.vanished) == (("test_new",), ("test_gone",))
    assert any("Unpaired, one process each" in alert for alert in changed.alerts)
    assert list(changed.to_frame().ratio) == [pytest.approx(1.5)]
    assert "1.50" in str(changed)
    assert "test_a" in changed._repr_html_()


def test_of_two_runs_of_ours_walls_and_ratios_within_each_are_compared(tmp_path: Path) -> None:
    before = ours(tmp_path / "a.json", 100.0, 50.0)
    after = ours(tmp_path / "b.json", 100.0, 75.0)
    changed = waitbench.compare(before, after)
    by_figure = {
        change.figure: change for change in changed.changes if change.name.endswith("/asyncio")
    }
    wall, relative = by_figure["wall"], by_figure["wall over baseline"]
    assert wall.ratio == pytest.approx(1.5)
    assert wall.before == pytest.approx(50e6, rel=0.01)
    assert wall.unit == "ns"
    assert wall.interval is not None
    assert wall.interval[0] < 1.5 < wall.interval[1]
    assert relative.ratio == pytest.approx(1.5)
    assert relative.before == pytest.approx(0.5)
    assert relative.after == pytest.approx(0.75)
    assert changed.changes[0].name.endswith("/asyncio")
    (same,) = (c for c in changed.changes if c.name.endswith("/sync") and c.figure == "wall")
    assert same.ratio == pytest.approx(1.0)
    assert "gate --base" in str(changed)


def test_walls_of_unlike_machines_are_not_compared(tmp_path: Path) -> None:
    before = ours(tmp_path / "a.json", 100.0, 50.0)
    elsewhere = dict(before.environment) | {"cpu": "Another CPU"}
    after = ours(tmp_path / "b.json", 50.0, 50.0, environment=elsewhere)
    changed = waitbench.compare(before, after)
    assert {change.figure for change in changed.changes} <= {
        "wall over baseline",
        "CPU over baseline",
    }
    assert any("machines differ (processor)" in alert for alert in changed.alerts)


def test_a_run_of_ours_and_a_file_of_another_tool_are_not_compared(tmp_path: Path) -> None:
    before = ours(tmp_path / "a.json", 100.0, 50.0)
    theirs = write(tmp_path / "b.json", plain(benchmark("test_a")))
    with pytest.raises(waitbench.BenchError, match="two of one kind"):
        waitbench.compare(before, theirs)
