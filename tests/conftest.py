"""What holds for every test: warnings are errors, and benchmarks-only runs leave them alone."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lanes import MARKS, FastLane
from waitbench.system.interrupt import STOP_SIGNALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of the fast lane."""
    parser.addoption("--fast", action="store_true", help="only tests that start no process")


def pytest_configure(config: pytest.Config) -> None:
    """Set no deadline for an example: on a shared machine it may take a while.

    A shell without job control lets what it puts in the background ignore Ctrl-C, nohup a hang-up,
    and that is inherited: the tests that send them want them heard, by what they start.
    """
    os.environ["WAITBENCH_TYPED_AS"] = "waitbench"  # wherever the tests are started from
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)  # goes on, too, but only here
    for mark, meaning in MARKS.items():
        config.addinivalue_line("markers", f"{mark}: {meaning}")
    if config.getoption("fast"):
        config.pluginmanager.register(FastLane())
    if not config.getoption("benchmark_only"):
        from hypothesis import settings

        settings.register_profile("shared", deadline=None)
        settings.load_profile("shared")


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """`pytest --benchmark-only` is for the suites: it need not even import the tests."""
    return True if config.getoption("benchmark_only") else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make every warning in a test an error; in the suites it is only a warning."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.filterwarnings("error"))


@pytest.fixture
def fill_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a call after which the disk is full: of a file only its first half can be written."""

    def half(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    return lambda: monkeypatch.setattr(Path, "write_bytes", half)


@pytest.fixture(autouse=True)
def _signals_are_left_as_they_were() -> Iterator[None]:
    """Fail a test after which Ctrl-C or another signal to stop is heard otherwise than before."""
    before = [signal.getsignal(number) for number in STOP_SIGNALS]
    yield
    assert [signal.getsignal(number) for number in STOP_SIGNALS] == before


@pytest.fixture(autouse=True)
def _drawings_are_made_here(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Draw in this process, where a test is not marked as one that starts another."""
    if request.node.get_closest_marker("processes") or "benchmark" in request.fixturenames:
        return
    from waitbench.presentation import drawing, drawing_process

    def answers(wanted: str, limit_s: float) -> tuple[list[dict[str, str]], str]:
        del limit_s
        return [drawing_process.answer(order) for order in json.loads(wanted)["orders"]], ""

    monkeypatch.setattr(drawing, "_answers", answers)
