"""`@pytest.mark.waitbench_advise`: advice on a test's own body, or on a function that it names.

Load it with `pytest -p waitbench.advisor.pytest_plugin`. The mark takes what `bench.advise` takes,
and `target`, a function; without that the test itself is called, which then takes no fixtures. The
advisor runs when the test has passed, and its advice stands below the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Generator

MARK = "waitbench_advise"
ADVICE = pytest.StashKey[list[tuple[str, str]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark."""
    config.addinivalue_line("markers", f"{MARK}(target=None, **options): advise on this, if passed")
    config.stash[ADVICE] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Run the advisor once the test is torn down, so that nothing of it runs beside."""
    report = yield
    mark = item.get_closest_marker(MARK)
    if mark and call.when == "call" and report.passed:
        item.stash[_PASSED] = True
    if mark and call.when == "teardown" and item.stash.get(_PASSED, False):
        item.config.stash[ADVICE].append((item.nodeid, _advice(item, mark)))
    return report


_PASSED = pytest.StashKey[bool]()


def _advice(item: pytest.Item, mark: pytest.Mark) -> str:
    from waitbench.advisor.api import advise
    from waitbench.advisor.text import sentence

    options = dict(mark.kwargs)
    target = options.pop("target", None) or getattr(item, "function", None)
    if target is None:
        return "no advice: it is no function"
    try:
        return sentence(advise(target, **options).advice)
    except (BenchError, TypeError) as mistake:
        return f"no advice: {mistake}"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write the advice below the tests."""
    advice = config.stash[ADVICE]
    if advice:
        terminalreporter.section("waitbench advice")
    for test, sentence in advice:
        terminalreporter.write_line(f"{test}: {sentence}")
