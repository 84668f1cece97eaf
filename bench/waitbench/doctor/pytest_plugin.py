"""Fails a test that held its event loop, forgot an await or lost a task.

Load it with `pytest -p waitbench.doctor.pytest_plugin`. A test is examined if it is marked
`@pytest.mark.doctor` (or `doctor(threshold_ms=20)`), if it asks for the fixture `doctor`, or, with
`--doctor`, always. It may run its loops itself or leave that to any plugin: the loops are watched,
not the tests.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest

from waitbench.doctor.watch import THRESHOLD_MS, ProgramWatch

if TYPE_CHECKING:
    from collections.abc import Generator

    from waitbench.doctor.findings import Examination

WATCH = pytest.StashKey[ProgramWatch]()
ALLOWED = pytest.StashKey[set[str]]()
WIDTH = 100


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--doctor` and `--doctor-threshold`."""
    group = parser.getgroup("doctor", "event loops under watch (waitbench)")
    group.addoption("--doctor", action="store_true", help="examine every test")
    group.addoption(
        "--doctor-threshold",
        type=float,
        default=THRESHOLD_MS,
        metavar="MS",
        help=f"the shortest hold that counts (default: {THRESHOLD_MS:g})",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers", "doctor(threshold_ms): fail if the test holds its loop or forgets an await"
    )


class Doctor:
    """What the fixture returns: the findings so far, and a way to allow some of them."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item

    def examination(self) -> Examination:
        """Return what was found until now."""
        return self._item.stash[WATCH].examination()

    def allow(self, *kinds: str) -> None:
        """Allow findings of these kinds, such as waiting, computing, forgotten, lost."""
        self._item.stash[ALLOWED] |= set(kinds)


@pytest.fixture
def doctor(request: pytest.FixtureRequest) -> Doctor:
    """Examine this test, which fails at its end if anything is found that was not allowed."""
    return Doctor(request.node)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Watch the test's own part; what it found fails it, unless it failed by itself."""
    threshold_ms = _threshold_ms(item)
    return (yield) if threshold_ms is None else (yield from watched(item, threshold_ms))


def watched(item: pytest.Item, threshold_ms: float) -> Generator[None, object, object]:
    """Watch what a test does while the generator waits, and fail it for what was found."""
    watch = item.stash[WATCH] = ProgramWatch(threshold_ms)
    allowed = item.stash.setdefault(ALLOWED, set())
    with watch.on():
        outcome = yield
    examination = watch.examination()
    faults = [finding for finding in examination.findings if finding.kind not in allowed]
    if faults:
        pytest.fail(_report(examination), pytrace=False)
    return outcome


def _threshold_ms(item: pytest.Item) -> float | None:
    """Return the threshold for this test; None if it is not to be examined."""
    threshold_ms: float = item.config.getoption("--doctor-threshold")
    mark = item.get_closest_marker("doctor")
    if mark is not None:
        return float(mark.kwargs.get("threshold_ms", mark.args[0] if mark.args else threshold_ms))
    asked = "doctor" in getattr(item, "fixturenames", ())
    return threshold_ms if asked or item.config.getoption("--doctor") else None


def _report(seen: Examination) -> str:
    from rich.console import Console

    from waitbench.doctor import terminal_report

    file = StringIO()
    terminal_report.show(Console(file=file, width=WIDTH), seen, title="doctor")
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())
