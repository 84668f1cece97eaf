"""Examines tests that are marked `waitbench_doctor`; `pytest_plugin.marks` loads it for them.

How a test is examined and fails is that of `doctor.pytest_plugin`, whose names are shorter for
those who load it themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from waitbench.doctor.pytest_plugin import ALLOWED, watched
from waitbench.doctor.watch import THRESHOLD_MS

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Watch a test that is marked, or, with `--waitbench-doctor`, any."""
    mark = item.get_closest_marker("waitbench_doctor")
    if mark is None and not item.config.getoption("waitbench_doctor"):
        return (yield)
    options = mark.kwargs if mark else {}
    item.stash[ALLOWED] = set(options.get("allow", ()))
    usual_ms = item.config.getoption("waitbench_doctor_threshold") or THRESHOLD_MS
    return (yield from watched(item, float(options.get("threshold_ms", usual_ms))))
