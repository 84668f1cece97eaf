"""The mixes' truths by hand."""

from __future__ import annotations

import pytest

from waitbench.calibration.share import Mix


def test_a_mix_is_as_long_as_its_parts_and_waits_for_the_rest() -> None:
    # 2 x 5 ms with the lock, 1.5 x 4 ms without, 4 ms of sleep: 20 ms in all.
    mix = Mix(held=2, free=1.5, wait_ms=4)
    waiting, locked = mix.truth({"held": 5e6, "free": 4e6})
    assert waiting == pytest.approx(0.2)
    assert locked == pytest.approx(0.5)
    assert mix.parts() == ["held", "free"]


def test_who_only_sleeps_has_no_parts_to_measure() -> None:
    assert Mix(wait_ms=20).parts() == []
    assert Mix(wait_ms=20).truth({}) == (1.0, 0.0)
