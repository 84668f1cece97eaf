"""What goes wrong around any command: one line, and no status that means something else."""

from __future__ import annotations

import argparse
import errno
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from waitbench.commands import carried_out
from waitbench.scenario import BenchError
from waitbench.system.checkout import import_path

if TYPE_CHECKING:
    from types import ModuleType

FULL = Path("/dev/full")
EXAMPLE = Path(__file__).parents[3] / "results/example/run.json"


def status_of(failure: BaseException, **more: Any) -> int:
    def main(_: argparse.Namespace) -> int:
        raise failure

    command = cast("ModuleType", SimpleNamespace(main=main, **more))
    return carried_out(command, argparse.Namespace())


@pytest.mark.parametrize(
    ("failure", "status", "line"),
    [
        (BenchError("no such thing"), 2, "no such thing"),
        (KeyboardInterrupt(), 130, "stopped"),
        (FileNotFoundError(errno.ENOENT, "No such file", "a.json"), 2, "a.json could not be read"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "the output could not be written"),
        (OSError(errno.EAGAIN, "Resource unavailable"), 2, "the system refused what was asked"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), 2, "a text could not be read"),
        (MemoryError(), 2, "memory ran out"),
    ],
)
def test_what_the_system_refuses_is_a_line(
    failure: BaseException, status: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(failure) == status
    complaint = capsys.readouterr().err
    assert complaint.startswith(f"waitbench: {line}")
    assert complaint.count("\n") == 1


def test_a_fault_of_our_own_keeps_its_traceback_and_is_not_taken_for_slower(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert status_of(KeyError("ours")) == 2
    assert "KeyError: 'ours'" in capsys.readouterr().err


@pytest.mark.processes
@pytest.mark.parametrize(("more", "status"), [("", 0), ("command.READER_GONE = 2; ", 2)])
def test_a_reader_that_goes_is_no_mistake_unless_the_status_is_a_verdict(
    more: str, status: int
) -> None:
    text = (
        "import sys; from types import SimpleNamespace; "
        "from waitbench.commands import carried_out; "
        "command = SimpleNamespace(main=lambda _: print('x' * 10**6)); "
        f"{more}sys.exit(carried_out(command, None))"
    )
    environ = {**os.environ, "PYTHONPATH": import_path()}
    running = subprocess.Popen(
        [sys.executable, "-c", text],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ,
    )
    with running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == status


@pytest.mark.processes
@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [("list",), ("report", EXAMPLE), ("claims", EXAMPLE)])
def test_a_full_output_is_a_line_and_status_2(command: tuple[str | Path, ...]) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "waitbench", *map(str, command)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": import_path()},
        )
    assert done.returncode == 2
    assert "the output could not be written" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.processes
def test_an_output_that_lacks_a_sign_gets_an_escape_for_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "waitbench", "report", str(EXAMPLE)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": import_path(), "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, "")
