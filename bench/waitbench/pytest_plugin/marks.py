"""What pytest loads wherever waitbench is installed: marks and options of doctor and advisor.

Nothing of a run is changed by it. What they do is imported once a test has such a mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

DOCTOR, ADVISE = "waitbench_doctor", "waitbench_advise"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--waitbench-doctor` and its threshold."""
    group = parser.getgroup("waitbench-doctor", "event loops under watch (waitbench)")
    group.addoption(
        "--waitbench-doctor",
        action="store_true",
        help="examine every test: who holds its loop, what is forgotten",
    )
    group.addoption(
        "--waitbench-doctor-threshold",
        type=float,
        metavar="MS",
        help="the shortest hold that counts (default: 50)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    config.addinivalue_line(
        "markers",
        f"{DOCTOR}(threshold_ms, allow): fail if the test holds its loop or forgets an await",
    )
    config.addinivalue_line(
        "markers", f"{ADVISE}(target=None, **options): advise on this function, if the test passed"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Load what the marks of these tests ask for."""
    asked = {mark.name for item in items for mark in item.iter_markers()}
    if DOCTOR in asked or config.getoption("waitbench_doctor"):
        config.pluginmanager.import_plugin("waitbench.doctor.marked_tests")
    if ADVISE in asked:
        config.pluginmanager.import_plugin("waitbench.advisor.pytest_plugin")
