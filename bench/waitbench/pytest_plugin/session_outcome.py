"""A plugin for who starts pytest from inside a program: afterwards it tells what happened."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from waitbench.pytest_plugin.storage import BEFORE, LEFT_OUT, RESCUED, RUN
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from waitbench.pytest_plugin.storage import Rescue

OURS, FAILED = f"{BenchError.__module__}.{BenchError.__qualname__}: ", "Failed: "


class SessionOutcome:
    """Keeps the session's configuration, its failures, and what pytest calls an error of usage.

    Args:
        before: called when all that was asked for is known to be possible, before the first round.

    Attributes:
        mistake: what was wrong with what was asked for; empty if nothing was.
        reasons: why tests failed or could not be collected, each with how many gave it.
        refused: whether the results could not get to where they were wanted.
    """

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        self._before = before
        self.mistake = ""
        self.reasons: Counter[str] = Counter()
        self.refused = False
        self._config: pytest.Config | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> Generator[None, object, object]:
        """Keep a mistake, which pytest would print in a form of its own."""
        self._config = config
        config.stash[BEFORE] = self._before
        try:
            return (yield)
        except pytest.UsageError as mistake:
            self.mistake = str(mistake)
            return pytest.ExitCode.USAGE_ERROR

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the reason of a contestant that failed."""
        if report.failed:
            self.reasons[reason(report)] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Count the reason of a suite that cannot be collected."""
        if report.failed:
            self.reasons[reason(report)] += 1

    def left_out(self) -> list[str]:
        """Return why nothing raced, each reason once; empty if something did or was not asked."""
        if self._config is None or RUN in self._config.stash:
            return []
        return list(dict.fromkeys(row["reason"] for row in self._config.stash.get(LEFT_OUT, [])))

    def rescue(self) -> Rescue | None:
        """Return where results went when their place refused them; None if nothing was wrong."""
        return self._config.stash.get(RESCUED, None) if self._config else None


def reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a test failed, in our own words where they are ours."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:  # of a suite that cannot be collected: what was raised is said last
        return report.longreprtext.strip().rpartition("\n")[2].removeprefix("E").strip()
    text = crash.message.removeprefix(OURS).partition("\n")[0]
    if text.startswith(FAILED):  # a contestant, told as `sync in http-50ms-n10-c10: why`
        text = text.removeprefix(FAILED).partition(": ")[2] or text
    return plain(str(text))
