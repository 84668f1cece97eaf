"""Who else is at work: by hand-made counters, and by a real busy process."""

import multiprocessing
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from waitbench.system import interference
from waitbench.system.interference import TICK_NS, Interference, busy_ns, disturbed

SECOND = 1_000_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts for all cores")
def test_work_is_all_but_idling_and_guests_are_not_counted_twice(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    #        user nice system idle iowait irq softirq steal guest guest_nice
    stat.write_text("cpu  100 1 20 5000 300 2 3 4 60 7\ncpu0 1 1 1 1\n")
    assert busy_ns(str(stat)) == (100 + 1 + 20 + 2 + 3 + 4) * TICK_NS


def test_without_the_counters_nothing_is_claimed() -> None:
    assert busy_ns("/nowhere/stat") is None
    assert not disturbed(None, SECOND)


def test_a_fifth_of_a_core_beyond_rounding_disturbs() -> None:
    grain_ns = 3 * TICK_NS
    assert not disturbed(grain_ns + SECOND // 5, SECOND)
    assert disturbed(grain_ns + SECOND // 5 + 1, SECOND)


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts for all cores")
def test_a_busy_neighbour_is_seen() -> None:
    hog = multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
    hog.start()
    try:
        time.sleep(1)  # it has to import first
        watch, start_ns = Interference(), time.monotonic_ns()
        time.sleep(0.5)
        others_ns = watch.stop(ours_ns=0)
        assert disturbed(others_ns, time.monotonic_ns() - start_ns)
    finally:
        hog.kill()
        hog.join()
        hog.close()


@pytest.mark.parametrize(
    ("spent_us", "looks"),
    [
        ([0, 0], 1),
        ([0, 2000, 4000, 4100, 4100], 3),  # of 2 ms all, all, and a twentieth
        (range(0, 10_000_000, 2000), interference.LOOKS),  # it never rests
    ],
)
def test_it_waits_until_nobody_computes_any_more(
    monkeypatch: pytest.MonkeyPatch, spent_us: Iterable[int], looks: int
) -> None:
    spent = iter(spent_us)
    slept: list[float] = []
    monkeypatch.setattr(interference, "tree_of_ns", lambda _: next(spent) * 1000)
    monkeypatch.setattr("waitbench.system.interference.time.sleep", slept.append)
    interference.wait_for_rest([7])
    assert slept == [interference.LOOK_S] * looks


def _spin() -> None:
    while True:
        pass
