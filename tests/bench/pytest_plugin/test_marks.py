"""What pytest loads wherever waitbench is installed: two marks, and nothing else changes."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from waitbench.system.checkout import import_path

pytestmark = pytest.mark.processes

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
STOCK = """
import itertools
import pytest

clock = itertools.count().__next__

@pytest.mark.benchmark(timer=lambda: clock() / 8, group="one")
@pytest.mark.parametrize("size", [1, 20])
def test_stock(benchmark, size):
    benchmark.extra_info["size"] = size
    benchmark.pedantic(sum, args=(range(size),), rounds=5, iterations=3)
"""
LOADED = """
import sys

def test_nothing_is_loaded_but_the_marks():
    ours = {name for name in sys.modules if name.partition(".")[0] == "waitbench"}
    assert ours == {"waitbench", "waitbench.pytest_plugin", "waitbench.pytest_plugin.marks"}
    assert not {"rich", "pandas", "aiohttp"} & set(sys.modules)
"""
MARKED = """
import asyncio, time
import pytest

async def slow():
    time.sleep(0.2)

@pytest.mark.waitbench_doctor
def test_holds():
    asyncio.run(slow())

@pytest.mark.waitbench_doctor(threshold_ms=5000)
def test_may_hold_as_long():
    asyncio.run(slow())

@pytest.mark.waitbench_doctor(allow=["waiting"])
def test_may_wait():
    asyncio.run(slow())

def test_is_not_marked():
    asyncio.run(slow())

@pytest.mark.waitbench_advise(dry=True, force=True)
def test_is_advised():
    time.sleep(0.01)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder in which pytest finds our entry point, as it does where we are installed."""
    entry = tmp_path / "site" / "installed-1.dist-info"
    entry.mkdir(parents=True)
    (entry / "METADATA").write_text("Metadata-Version: 2.1\nName: installed\nVersion: 1\n")
    points = PROJECT["entry-points"]["pytest11"].items()
    lines = [f"{name} = {module}" for name, module in points]
    (entry / "entry_points.txt").write_text("\n".join(["[pytest11]", *lines]))
    return tmp_path


def pytest_runs(folder: Path, suite: str, *options: str) -> str:
    (folder / "test_suite.py").write_text(suite)
    usual = ["-p", "no:cacheprovider", "-rA", "-q", "--strict-markers", *options]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *usual, "test_suite.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PYTHONPATH": f"{folder / 'site'}:{import_path()}", "COLUMNS": "200"},
    )
    return done.stdout + done.stderr


def test_rows_of_stock_pytest_benchmark_are_the_same_bytes(folder: Path) -> None:
    rows = []
    for options in ([], ["-p", "no:waitbench"]):
        results = folder / "results.json"
        printed = pytest_runs(folder, STOCK, f"--benchmark-json={results}", *options)
        assert "2 passed" in printed, printed
        rows.append(json.dumps(json.loads(results.read_bytes())["benchmarks"]).encode())
    assert rows[0] == rows[1]
    assert b'"median": 0.041' in rows[0]  # 1/8 of a second for three calls


def test_it_imports_nothing_of_ours_before_a_mark_asks_for_it(folder: Path) -> None:
    assert "1 passed" in pytest_runs(folder, LOADED)


def test_marks_examine_and_advise_and_others_are_left_alone(folder: Path) -> None:
    printed = pytest_runs(folder, MARKED)
    summary = [line.split(" - ")[0] for line in printed.splitlines() if "test_suite.py::" in line]
    assert "FAILED test_suite.py::test_holds" in summary, printed
    for passed in ("may_hold_as_long", "may_wait", "is_not_marked", "is_advised"):
        assert f"PASSED test_suite.py::test_{passed}" in summary, printed
    assert "test_suite.py::test_is_advised: " in printed.partition("waitbench advice")[2]


def test_an_option_examines_all(folder: Path) -> None:
    printed = pytest_runs(folder, MARKED, "--waitbench-doctor", "-k", "not_marked or may_wait")
    assert "1 failed, 1 passed" in printed, printed
