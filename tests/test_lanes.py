"""The fast lane leaves out what is marked, and fails what starts something without a mark."""

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
