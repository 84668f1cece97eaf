"""A run that is killed loses at most the launch that was under way."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes

WITHIN_S = 120
RUN = ("run", "io_bound", "--quick", "-k", "http-10ms and (threads or asyncio)")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "waitbench", *arguments]


def journals(folder: Path) -> list[Path]:
    return list(folder.glob("*.journal"))


def launches(folder: Path) -> int:
    """Return how many launches of a scenario the journal holds."""
    return sum(path.read_text().count("\n") for path in journals(folder)) - 1


@pytest.mark.parametrize("after", [0, 2])
def test_the_journal_of_a_killed_run_is_shown_and_the_next_run_names_it(
    tmp_path: Path, after: int
) -> None:
    run = command(*RUN, "--launches", "4", "--budget", "14", "-o", str(tmp_path / "run.json"))
    with subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until_s = time.monotonic() + WITHIN_S
        while launches(tmp_path) < after and time.monotonic() < until_s:
            time.sleep(0.05)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    _, alive = psutil.wait_procs(children, timeout=WITHIN_S)
    assert alive == []
    (left,) = journals(tmp_path)
    report = subprocess.run(command("report", str(left)), capture_output=True, text=True)  # noqa: PLW1510
    if after:
        assert report.returncode == 0
        assert "http-10ms" in report.stdout
    else:
        assert report.returncode == 2
        assert len(report.stderr.splitlines()) == 1
    again = command(*RUN, "--launches", "2", "--budget", "2", "-o", str(tmp_path / "run.json"))
    done = subprocess.run(again, capture_output=True, text=True, check=True)
    assert (left.name in done.stderr) == bool(after)
    assert json.loads((tmp_path / "run.json").read_text())["waitbench"]["interrupted"] is False
    # What ended before a launch was over holds nothing, and nobody is told of it.
    assert journals(tmp_path) == ([left] if after else [])
