"""`python -m tests.proof` from outside: it races, is killed, goes on, and writes its page."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.bench.proof.races import race
from tests.proof import __main__ as prove
from tests.proof import journal
from tests.proof.cells import KINDS
from tests.proof.sitting import SittingPlan, run

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).parents[3]
SMALL = ("--launches", "2", "--shrink", "0.05")


def started(output: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.proof", "--output", str(output), *SMALL, *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def lines(output: Path) -> list[dict[str, Any]]:
    path = output / "races.jsonl"
    whole = path.read_text().rpartition("\n")[0] if path.exists() else ""
    return [json.loads(line) for line in whole.splitlines()]


def wait_for_races(output: Path, number: int) -> None:
    ends_s = time.monotonic() + 60
    while sum("race" in line for line in lines(output)) < number:
        assert time.monotonic() < ends_s
        time.sleep(0.02)


def test_real_races_are_killed_go_on_and_become_a_page(tmp_path: Path) -> None:
    only = ("--only", "slow20", "--only", "compute,sleep")
    killed = started(tmp_path, "--minutes", "5", *only)
    wait_for_races(tmp_path, 1)
    workers = psutil.Process(killed.pid).children(recursive=True)
    killed.kill()
    killed.communicate()
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert alive == []  # they go when their conductor is gone
    with (tmp_path / "races.jsonl").open("a") as file:
        file.write('{"race":99,"reci')  # as if the kill had come in the middle of a line
    before = [line for line in lines(tmp_path) if "race" in line]

    again = started(tmp_path, "--minutes", "5", *only)
    wait_for_races(tmp_path, len(before) + 2)
    again.send_signal(signal.SIGINT)
    printed, complaint = again.communicate(timeout=60)
    assert again.returncode == 130, complaint
    assert "Traceback" not in complaint
    after = lines(tmp_path)
    assert sum("machine" in line for line in after) == 2  # one for each sitting
    races = [line for line in after if "race" in line]
    assert races[: len(before)] == before
    assert [line["race"] for line in races] == list(range(len(races)))
    assert [line["kind"] for line in races[:3]] == ["compute", "sleep", "compute"]
    assert {line["failure"] for line in races} == {None}
    assert {len(line["launches_us"]) for line in races} == {2}
    page = (tmp_path / "README.md").read_text()
    assert page == printed
    assert f"{len(races)} races, 0 more failed" in page
    assert os.uname().nodename not in page

    # The page is made of the file alone, and always the same.
    done = started(tmp_path, "--minutes", "0")
    assert done.communicate()[0] == page
    assert done.returncode == 0


@pytest.mark.parametrize("kind", ["http", "asyncio"])
def test_a_slow_down_of_work_that_talks_to_the_target_slows_it(kind: str) -> None:
    raced = run(KINDS[kind], 1.0, 7, SittingPlan(minutes=1, launches=1, shrink=0.05))
    assert raced is not None
    assert raced.failure is None
    assert (raced.number, raced.seed, raced.slow) == (7, 7, 1.0)
    least = [min(wall for walls in raced.walls(arm).values() for wall in walls) for arm in range(4)]
    # Twice the wall was asked for; however shaken the machine, something of it is seen.
    assert min(least[2:]) > 1.1 * min(least[:2])


def test_minutes_that_no_race_fits_into_start_none(tmp_path: Path) -> None:
    done = started(tmp_path, "--minutes", "0.001")
    assert "too few races to tell" in done.communicate()[0]
    assert done.returncode == 0
    assert lines(tmp_path) == []


def test_notes_of_a_person_stand_in_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.md").write_text("It rained.\n")
    journal.append(tmp_path / "races.jsonl", race(slow=0.05).as_line())
    assert prove.main(["--minutes", "0", "--output", str(tmp_path)]) == 0
    page = capsys.readouterr().out
    assert "## Why, and what was tried\n\nIt rained.\n\n##" in page


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--only", "slow3"], "there is no 'slow3' to prove; there are null, slow2"),
        (["--minutes", "-1"], "--minutes not below"),
    ],
)
def test_a_mistake_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    try:
        status = prove.main([*arguments, "--output", str(tmp_path)])
    except SystemExit as left:
        status = int(left.code or 0)
    assert status == 2
    assert sentence in capsys.readouterr().err


def test_race_after_race_that_fails_ends_the_sitting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.proof.sitting.run", lambda *_: race(failure="plain: it died"))
    assert prove.main(["--minutes", "1", "--output", str(tmp_path)]) == 2
    assert "5 races in a row failed, the last one because plain: it died" in capsys.readouterr().err
    assert sum("race" in line for line in lines(tmp_path)) == 5
