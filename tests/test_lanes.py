"""The fast lane fails what starts something without a mark; in others a failure has two tries."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SAMPLE = """\
import contextlib, multiprocessing, os, socket, subprocess, sys, threading
import pytest

def test_child():
    subprocess.run([sys.executable, "-c", ""])

def test_fork():
    os.fork() or os._exit(0)

def test_spawned():
    multiprocessing.get_context("spawn").Process(target=print).start()

def test_socket():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))

def test_thread():
    thread = threading.Thread(target=test_caught)
    thread.start()
    thread.join()

def test_caught():
    with contextlib.suppress(BaseException):
        test_child()

@pytest.fixture
def server():
    test_child()

def test_fixture(server):
    pass

@pytest.mark.processes
def test_marked():
    test_child()

@pytest.mark.slow
def test_slow():
    pass

def test_pure():
    for end in socket.socketpair():
        end.close()
"""
STARTS = {"child", "fork", "spawned", "socket", "thread", "caught", "fixture"}


@pytest.mark.processes
def test_the_fast_lane_runs_what_starts_nothing_and_fails_what_does(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text((HERE / "conftest.py").read_text())
    (tmp_path / "test_sample.py").write_text(SAMPLE)
    options = ("-q", "--fast", "-rA", "--tb=no", "-p", "no:cacheprovider", "--rootdir", ".")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-W", "ignore", "-o", "filterwarnings="],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HERE.parent), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    outcomes: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        outcome, _, test = line.partition(" test_sample.py::test_")
        outcomes.setdefault(outcome, set()).add(test.partition(" ")[0])
    assert outcomes["PASSED"] == {"pure"}, done.stdout
    assert outcomes["FAILED"] | outcomes["ERROR"] == STARTS, done.stdout
    assert "2 deselected" in done.stdout


ACCIDENT = """\
import pathlib, pytest
@pytest.mark.parametrize("number", range({tests}))
def test_accident(number):
    been = pathlib.Path(f"been-{{number}}")
    again = been.exists()
    been.touch()
    assert again
"""


@pytest.mark.processes
@pytest.mark.parametrize(
    ("tests", "beside", "status", "tries"),
    [
        (2, "def test_sound(): pass", 0, 2),
        (9, "def test_faulty(): assert False", 1, 2),
        (11, "def test_sound(): pass", 1, 1),
        (1, "import what_nobody_has", 1, 1),
    ],
)
def test_a_few_failures_are_tried_again_alone_and_told(
    tests: int, beside: str, status: int, tries: int, tmp_path: Path
) -> None:
    (tmp_path / "test_some.py").write_text(ACCIDENT.format(tests=tests))
    (tmp_path / "test_beside.py").write_text(beside)
    done = subprocess.run(
        [HERE.parent / "scripts/pytest_again.sh", "-q", "--numprocesses=1", "--tb=no", "."],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout
    assert ("once more, alone:" in done.stdout) == (tries == 2)
    told = done.stdout.partition("passed only when run again alone:\n")[2].split()
    assert sorted(told) == [
        f"test_some.py::test_accident[{at}]" for at in range(tests) if status == 0
    ]
