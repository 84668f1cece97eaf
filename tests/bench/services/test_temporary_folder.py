"""A folder goes with the process that made it, however that ends."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from waitbench.system.checkout import import_path

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = """
import sys
from waitbench.models.processes import start_context
start_context()
print("up", flush=True)
sys.stdin.read()
"""
WITHIN_S = 30


@pytest.fixture
def folder() -> Iterator[Path]:
    """One with a short name: a socket's path has at most 107 bytes, and pytest's are long."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.processes
@pytest.mark.parametrize("killed", [False, True])
def test_the_socket_of_a_fork_server_does_not_outlive_its_process(
    folder: Path, *, killed: bool
) -> None:
    environ = {**os.environ, "PYTHONPATH": import_path(), "TMPDIR": str(folder)}
    command = [sys.executable, "-P", "-c", PROGRAM]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        assert [path.name[:10] for path in folder.iterdir()] == ["waitbench-"]
        if killed:
            process.kill()
    until_s = time.monotonic() + WITHIN_S
    while list(folder.iterdir()) and time.monotonic() < until_s:
        time.sleep(0.02)
    assert list(folder.iterdir()) == []
