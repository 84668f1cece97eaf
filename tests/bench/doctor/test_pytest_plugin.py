"""The plugin in a test suite of somebody's: what fails there, and what does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from waitbench.system.checkout import import_path

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).parents[3]
SUITE = """
import asyncio, gc, time, warnings
import pytest

async def save():
    await asyncio.sleep(0)

async def forgetful():
    save()

async def slow():
    time.sleep(0.2)

@pytest.mark.doctor
def test_forgets():
    asyncio.run(forgetful())

@pytest.mark.doctor
def test_holds():
    asyncio.run(slow())

@pytest.mark.doctor(threshold_ms=2000)
def test_holds_less_than_it_may():
    asyncio.run(slow())

@pytest.mark.doctor
def test_is_healthy():
    asyncio.run(save())

@pytest.mark.doctor
def test_fails_by_itself():
    asyncio.run(forgetful())
    assert 1 == 2

KEPT = []

async def keeps():
    KEPT.append(save())
    KEPT.append(asyncio.create_task(fails()))
    await asyncio.sleep(0.01)

async def fails():
    raise LookupError("nobody asks")

@pytest.mark.doctor
def test_keeps():
    asyncio.run(keeps())

@pytest.mark.doctor
def test_lets_go_of_what_another_kept():
    KEPT.clear()
    gc.collect()
    asyncio.run(asyncio.sleep(0.01))

@pytest.mark.doctor
def test_records_the_warning():
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        asyncio.run(forgetful())
    KEPT.extend(warned)

@pytest.mark.doctor
def test_forgets_as_another_did():
    asyncio.run(forgetful())

def test_is_not_examined():
    asyncio.run(forgetful())

def test_allows(doctor):
    doctor.allow("waiting")
    asyncio.run(slow())
    assert doctor.examination().findings[0].kind == "waiting"

def test_asks_by_fixture(doctor):
    asyncio.run(forgetful())
"""


def run(tmp_path: Path, *options: str) -> dict[str, str]:
    (tmp_path / "test_suite.py").write_text(SUITE)
    arguments = ["-p", "waitbench.doctor.pytest_plugin", "-p", "no:cacheprovider", "-rA", *options]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "pytest", *arguments, "test_suite.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": import_path(), "COLUMNS": "200"},
    )
    lines = done.stdout.splitlines()
    summary = [line.split("::")[0:2] for line in lines if line.startswith(("PASSED ", "FAILED "))]
    outcomes = {name.split(" ")[0]: state.split(" ")[0] for state, name in summary}
    return {**outcomes, "said": done.stdout}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return run(tmp_path_factory.mktemp("suite"))


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("test_forgets", "FAILED"),
        ("test_holds", "FAILED"),
        ("test_holds_less_than_it_may", "PASSED"),
        ("test_is_healthy", "PASSED"),
        ("test_fails_by_itself", "FAILED"),
        ("test_keeps", "FAILED"),
        ("test_lets_go_of_what_another_kept", "PASSED"),
        ("test_records_the_warning", "FAILED"),
        ("test_forgets_as_another_did", "FAILED"),
        ("test_is_not_examined", "PASSED"),
        ("test_allows", "PASSED"),
        ("test_asks_by_fixture", "FAILED"),
    ],
)
def test_outcome(outcomes: dict[str, str], name: str, outcome: str) -> None:
    assert outcomes[name] == outcome, outcomes["said"]


def test_the_failure_names_the_line(outcomes: dict[str, str]) -> None:
    assert "save was never awaited" in outcomes["said"]
    assert "test_suite.py:9, in forgetful" in outcomes["said"]
    assert "slow waited, and held the loop for 2" in outcomes["said"]


def test_a_coroutine_that_its_warning_keeps_alive_is_told_once(outcomes: dict[str, str]) -> None:
    _, _, failure = outcomes["said"].partition("_ test_records_the_warning _")
    assert "1 finding." in failure.partition(" test_forgets_as_another_did ")[0]


def test_a_tests_own_failure_is_what_is_shown(outcomes: dict[str, str]) -> None:
    assert "assert 1 == 2" in outcomes["said"]


def test_all_tests_are_examined_if_asked(tmp_path: Path) -> None:
    assert run(tmp_path, "--doctor")["test_is_not_examined"] == "FAILED"
