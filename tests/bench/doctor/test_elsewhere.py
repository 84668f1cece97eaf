"""The doctor of one environment examines a program in another, which has nothing of ours."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import venv
from typing import TYPE_CHECKING

import pytest

from waitbench.system.checkout import import_path

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes

PROGRAM = """
import asyncio, importlib.util, sys, time
assert importlib.util.find_spec("rich") is None and importlib.util.find_spec("pandas") is None

async def main():
    print("its own words", *sys.argv[1:], flush=True)
    time.sleep(0.2)
    if "long" in sys.argv:
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment with no packages at all."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False)
    return folder / "bin" / "python"


def doctor(folder: Path, *words: str) -> subprocess.Popen[str]:
    (folder / "app.py").write_text(PROGRAM)
    return subprocess.Popen(
        [sys.executable, "-m", "waitbench", "doctor", *words],
        cwd=folder,
        env={"PYTHONPATH": import_path(), "PATH": os.environ["PATH"], "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_program_runs_there_and_what_was_found_is_told_here(bare: Path, tmp_path: Path) -> None:
    child = doctor(tmp_path, "--python", str(bare), "app.py", "one")
    printed, complained = child.communicate(timeout=60)
    assert child.returncode == 1, complained
    assert printed.startswith("its own words one\n")
    assert "main waited, and held the loop" in printed
    assert "app.py:7, in main" in printed
    child = doctor(tmp_path, "--format=json", "--python", str(bare), "app.py")
    printed, complained = child.communicate(timeout=60)
    assert json.loads(printed)["findings"][0]["kind"] == "waiting"
    assert complained == "its own words\n"


def test_what_stops_it_reaches_the_program(bare: Path, tmp_path: Path) -> None:
    child = doctor(tmp_path, "--python", str(bare), "app.py", "long")
    assert child.stdout is not None
    assert child.stdout.readline() == "its own words long\n"
    time.sleep(0.5)
    child.send_signal(signal.SIGTERM)
    printed, _ = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "It was stopped" in printed
    assert "main waited, and held the loop" in printed


@pytest.mark.parametrize(
    ("python", "complaint"),
    [("no-such-python", "there is no such interpreter"), ("true", "cannot run waitbench")],
)
def test_an_interpreter_that_is_none_is_a_line(tmp_path: Path, python: str, complaint: str) -> None:
    child = doctor(tmp_path, "--python", python, "app.py")
    printed, complained = child.communicate(timeout=60)
    assert (child.returncode, printed) == (2, "")
    assert complaint in complained
    assert len(complained.splitlines()) == 1
