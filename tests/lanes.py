"""Two lanes of tests: `--fast` leaves out what starts a process, listens on a socket or takes long.

Such tests are marked, `processes` or `slow`. Another one that starts something in the fast lane
fails there, so that no mark is forgotten.
"""

from __future__ import annotations

import platform
import sys
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

MARKS = {
    "processes": "it starts a process or listens on a socket; left out by --fast",
    "slow": "it computes for longer than about a second; left out by --fast",
}
STARTS = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.system",
        "socket.bind",
        "subprocess.Popen",
    }
)
"""Python's audit events of what starts a process, or opens a socket for others."""


class FastLane:
    """Leaves out marked tests, and fails each other one at the moment in which it starts something.

    Python's audit events tell of it, but for processes that `multiprocessing` spawns.
    """

    def __init__(self) -> None:
        self._running = False
        self._started = ""
        platform.processor()  # asks `uname`, once in a process
        sys.addaudithook(self._heard)
        start = BaseProcess.start

        def started(process: BaseProcess) -> None:
            self._heard("subprocess.Popen", (process,))
            start(process)

        BaseProcess.start = started  # type: ignore[assignment]

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Deselect marked tests."""
        marked = [item for item in items if any(map(item.get_closest_marker, MARKS))]
        config.hook.pytest_deselected(items=marked)
        items[:] = [item for item in items if item not in marked]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """Listen while a test and its fixtures run."""
        self._running, self._started = True, ""
        try:
            return (yield)
        finally:
            self._running = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Fail a test, too, that started something in a thread or caught the failure."""
        report = yield
        started, self._started = self._started, ""
        if started and report.passed:
            report.outcome, report.longrepr = "failed", started
        return report

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._running and event in STARTS:
            what = str(arguments)[:100]
            self._started = f"{event} {what}: mark this test, `pytest.mark.processes`"
            pytest.fail(self._started)
