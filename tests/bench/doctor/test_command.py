"""`waitbench doctor` as its user meets it: programs of any kind, their own failures, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from waitbench.system.checkout import import_path
from waitbench.system.interrupt import STOP_SIGNALS

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).parents[3]
SLEEPER = """\
import asyncio, sys, time
async def work():
    time.sleep(0.2)
async def main(name="nobody"):
    print("hello", name)
    await work()
    await asyncio.sleep(float(sys.argv[2]) if len(sys.argv) > 2 else 0)
"""
STARTED = 'if __name__ == "__main__":\n    asyncio.run(main(sys.argv[1]))\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sleeper.py").write_text(SLEEPER + STARTED)
    (tmp_path / "fails.py").write_text("import asyncio\nasync def main():\n    1 / 0\n")
    (tmp_path / "wrong.py").write_text("async def main(:\n")
    return tmp_path


def doctor(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "waitbench", "doctor", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=surroundings(),
    )


def surroundings() -> dict[str, str]:
    return {**os.environ, "COLUMNS": "80", "PYTHONPATH": import_path()}


@pytest.mark.parametrize(
    "typed", [("sleeper.py", "Ada"), ("sleeper:main", "Ada"), ("-m", "sleeper", "Ada")]
)
def test_a_program_is_run_as_python_would_and_its_hold_named(
    folder: Path, typed: tuple[str, ...]
) -> None:
    done = doctor(folder, *typed)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("hello Ada\n")
    assert "1. work waited, and held the loop for 2" in done.stdout
    assert "sleeper.py:3, in work\n      time.sleep(0.2)\n" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "\x1b" not in done.stdout


def test_json_stands_alone_on_stdout(folder: Path) -> None:
    done = doctor(folder, "--format", "json", "sleeper.py", "Ada")
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["kind"], finding["place"]["line"]) == ("waiting", 3)
    assert "hello Ada" in done.stderr


def test_a_threshold_above_the_hold_finds_nothing(folder: Path) -> None:
    done = doctor(folder, "--threshold", "5000", "sleeper:main")
    assert done.returncode == 0
    assert "Healthy" in done.stdout or "No fault was found" in done.stdout


def test_a_program_without_a_loop_is_not_called_healthy(folder: Path) -> None:
    (folder / "plain.py").write_text("print('hello')\n")
    done = doctor(folder, "plain.py")
    assert "Healthy" not in done.stdout
    assert "There was nothing to examine: no event loop ran in this process." in done.stdout
    assert done.returncode == 3


def test_the_programs_own_failure_is_reported_as_such(folder: Path) -> None:
    done = doctor(folder, "fails:main")
    assert done.returncode == 3
    assert 'fails.py", line 3, in main' in done.stderr
    assert (
        "Not healthy: the program itself failed (ZeroDivisionError: division by zero)"
        in done.stdout
    )


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (["nothing.py"], "there is no program 'nothing.py'; give a script"),
        (["nothing:main"], "there is no module 'nothing' here"),
        (["sleeper:min"], "sleeper has no 'min'; did you mean 'main'?"),
        (["sleeper:main", "a", "b"], "sleeper:main cannot be called so: too many"),
        (["wrong.py"], "wrong.py cannot be run: "),
        (["--threshold", "0", "sleeper.py"], "--threshold 0 is too short"),
        (["-m", "nothing"], "there is no module 'nothing' here"),
    ],
)
def test_a_mistake_is_one_line(folder: Path, typed: list[str], complaint: str) -> None:
    done = doctor(folder, *typed)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"waitbench: {complaint}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("sign", STOP_SIGNALS)
def test_a_stopped_program_still_gets_its_report(folder: Path, sign: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "waitbench", "doctor", "sleeper.py", "Ada", "60"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env=surroundings(),
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "hello Ada\n"
        # Its hold is over when the second loop step has come; the report tells.
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(1.5)
        running.send_signal(sign)
        output = running.stdout.read()
    assert running.returncode == 130
    assert "It was stopped: this is what was found until then." in output
    assert "work waited, and held the loop" in output
    assert "2 findings" not in output  # what the stop itself cut off is not the program's fault


def test_a_line_that_forgets_often_is_warned_of_once(folder: Path) -> None:
    forgets = "async def save(): ...\nasync def main():\n    for _ in range(3):\n        save()\n"
    (folder / "forgets.py").write_text(forgets)
    done = doctor(folder, "forgets:main")
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("forgets.py:4: RuntimeWarning: coroutine 'save' was never") == 1
    assert "save was never awaited (3 times)" in done.stdout


LEAVES = """\
import asyncio, os, signal, sys, time
async def main():
    await asyncio.sleep(0.02)
    time.sleep(0.2)
    if sys.argv[1] == "in the step": os._exit(0)
    await asyncio.sleep(0.02)
    if sys.argv[1] == "in the loop": os._exit(0)
    if sys.argv[1] == "with a failure": os._exit(4)
    if sys.argv[1] == "by a signal": os.kill(os.getpid(), signal.SIGKILL)
    if sys.argv[1] == "as another": os.execv(sys.executable, [sys.executable, "-c", "print('on')"])
    if sys.argv[1] == "in a child" and os.fork() == 0: os._exit(0)
    if sys.argv[1] == "as a child" and os.fork() == 0: sys.exit(0)
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("way", "status"),
    [
        ("in the step", 1),
        ("in the loop", 1),
        ("with a failure", 3),
        ("by a signal", -signal.SIGKILL),
        ("as another", 0),
        ("in a child", 1),
        ("as a child", 1),
    ],
)
def test_a_program_that_leaves_early_is_told_of_once_and_before(
    folder: Path, way: str, status: int
) -> None:
    (folder / "leaves.py").write_text(LEAVES)
    done = doctor(folder, "leaves.py", way)
    assert done.returncode == status, done.stderr
    assert done.stdout.count("1. main waited, and held the loop for 2") == 1
    assert done.stdout.count("leaves.py:4, in main") == 1
    if way == "as another":
        assert done.stdout.endswith("\non\n")


def test_json_is_whole_though_the_program_left_early(folder: Path) -> None:
    (folder / "leaves.py").write_text(LEAVES)
    done = doctor(folder, "--format=json", "leaves.py", "in the loop")
    (finding,) = json.loads(done.stdout)["findings"]
    assert (done.returncode, finding["place"]["line"]) == (1, 4)
