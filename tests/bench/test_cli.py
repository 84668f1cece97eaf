"""The command line as its user meets it: answers, one-line errors, and stopping half-way."""

import contextlib
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from waitbench import __version__
from waitbench.cli import COMMANDS, main
from waitbench.commands.list import suites
from waitbench.system.checkout import import_path

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).parents[2]
EXAMPLE = CHECKOUT / "results" / "example" / "run.json"
SMALL = (
    *("--models", "sync,threads", "--latency", "1ms", "--tasks", "4", "--concurrency", "2"),
    *("--budget", "1.5", "--launches", "2", "--seed", "5"),
)
ENDLESS = ("--models", "asyncio,processes", "--latency", "200ms", "--tasks", "20", "--budget", "60")


AGAIN = "measure again with `waitbench run`, or give another file"
NO_HISTORY = "there is no run in x yet; `waitbench history add` appends one"


def waitbench(*arguments: str, cwd: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "waitbench", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "COLUMNS": "100", "PYTHONPATH": import_path(cwd)},
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run's file."""
    file = tmp_path_factory.mktemp("results") / "small.json"
    done = waitbench("run", "io_bound", "--quick", *SMALL, "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert "http-1ms-n4-c2" in done.stdout
    last = done.stdout.splitlines()[-14:]
    again = f"Saved {file}: `waitbench report {file}` shows it again"
    assert again in " ".join(" ".join(last).split())
    assert f"Page     {file.with_suffix('.html')}" in last
    return file


def test_a_run_ends_with_its_page_beside_its_results(results: Path) -> None:
    text = results.with_suffix(".html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert f'href="{results.name}"' in text


def test_the_report_of_a_file_is_the_same_every_time(results: Path) -> None:
    first, second = (waitbench("report", str(results)) for _ in range(2))
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert "threads" in first.stdout


def test_markdown_goes_to_a_file(results: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.md"
    done = waitbench("report", str(results), "--format", "markdown", "-o", str(page))
    assert (done.returncode, done.stdout) == (0, "")
    assert "http-1ms-n4-c2" in page.read_text()


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"]])
def test_bare_and_asked_for_help_it_names_the_commands(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert [name for name in COMMANDS if f"    {name} " not in printed] == []


def test_help_of_a_command_and_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["help", "gate"])
    assert ended.value.code == 0
    assert "--base" in capsys.readouterr().out
    assert main(["--version"]) == 0
    python = f"{platform.python_implementation()} {platform.python_version()}"
    assert capsys.readouterr().out == f"waitbench {__version__} ({python})\n"
    pyproject = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["project"]["version"] == __version__


@pytest.mark.parametrize("shut", [">&-", "2>&-", "| head -n 1"])
def test_nobody_who_reads_is_no_failure(shut: str) -> None:
    line = f"{sys.executable} -m waitbench report {EXAMPLE} {shut}"
    shell = ["bash", "-o", "pipefail", "-c", line]
    done = subprocess.run(shell, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_options_may_stand_before_what_they_are_for(tmp_path: Path) -> None:
    kept = tmp_path / "history.jsonl"
    assert main(["history", "add", "--file", str(kept), str(EXAMPLE)]) == 0
    assert main(["report", "--format", "md", str(EXAMPLE), "-o", str(tmp_path / "x.md")]) == 0
    assert kept.read_text().count("\n") == 1


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["gate", "--help"]])
def test_help_that_cannot_be_written_is_a_line(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "waitbench", *words],
            cwd=CHECKOUT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("waitbench: the output could not be written")
    assert done.stderr.count("\n") == 1


def test_list_names_what_there_is_in_80_columns() -> None:
    listed = waitbench("list").stdout
    assert max(map(len, listed.splitlines())) <= 80
    for name in ("io_bound", "cpu_bound", "mixed", "asyncio", "processes", "http", "compute"):
        assert f"  {name} " in listed
    assert "http-50ms-n10-c10 *" in listed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["rnu"], "there is no command 'rnu'; did you mean 'run'? see waitbench --help"),
        (["frobnicate"], "there is no command 'frobnicate'; there are run, report, "),
        (["--frobnicate"], "unrecognized arguments: --frobnicate"),
        (["list", "--all"], "waitbench list: unrecognized arguments: --all; see waitbench list -"),
        (["run", "--qick", "--lanches=3"], "did you mean --quick, --launches? see waitbench run -"),
        (["serve", "--prot", "80"], "did you mean --port? try: waitbench serve --help"),
        (["calibrate", "load", "--qick"], "did you mean --quick? see waitbench calibrate load -"),
        (["run", "--latency", "soon"], "waitbench: latency: 'soon' is not a duration; allowed: "),
        (["run", "--models", "nonsense"], "no model named 'nonsense'; there are anyio, "),
        (["run", "nonsense"], "no suite 'nonsense'; there are "),
        (["run", "io_bond"], "there is no suite 'io_bond'; did you mean 'io_bound'?"),
        (
            ["explain", "cpu-no-gian"],
            "there is no claim 'cpu-no-gian'; did you mean 'cpu-no-gain'?",
        ),
        (["run", "-k", "nonsense"], "no contestant matches -k and --models"),
        (["run", "--quick", "--full"], "--quick and --full exclude each other"),
        (["run", "--tasks", "-3"], "--tasks='-3' is not a whole number above zero"),
        (
            ["run", "--quick", "-o", "/dev/null/x.json"],
            "no results can be written to /dev/null/x.json",
        ),
        (["run", "--quick", "-o", "/dev/full"], "no results can be written to /dev/full"),
        (["run", "--launches", "99999999999"], "--launches='99999999999' is more than 1,000"),
        (["run", "--models", ""], "--models is empty"),
        (["run", "-k", ""], "-k is empty"),
        (["report", str(EXAMPLE), "-o", "x.docx"], "no format has the suffix .docx; there are ."),
        (["baseline", "update", str(EXAMPLE), "--name", "../evil"], "'../evil' is no name"),
        (["history", "show", "--file", "/dev/full"], "/dev/full holds more than 128 MiB"),
        (["profile", "/dev/full"], "/dev/full holds more than 128 MiB"),
        (["report", "nonsense.json"], "nonsense.json"),
        (["report", "--format", "nonsense", "x.json"], "no format 'nonsense'; there are "),
        (["calibrate", "nonsense"], "no calibration named 'nonsense'"),
        (["calibrate", "load", "--bogus"], "waitbench calibrate load: unrecognized arguments: --b"),
        (["calibrate", "--bogus"], "options come after the name of an instrument; there are hogs"),
        (["doctor", "--bogus"], "waitbench doctor: unrecognized arguments: --bogus; see"),
        (["history", "--bogus"], "waitbench history: unrecognized arguments: --bogus; see"),
        (["history"], "waitbench history: the following arguments are required: action; see"),
        (["report", "\x1b[2J.json"], r"no results file '\x1b[2J.json'"),
        (["baseline", "\x1b[2J"], r"there is no '\x1b[2J'; there are update, show, list; see"),
        (["history", "shw"], "there is no 'shw'; did you mean 'show'? see waitbench history -"),
    ],
)
def test_a_mistake_gets_one_line_and_status_2(arguments: list[str], complaint: str) -> None:
    done = waitbench(*arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["run", "--budget", "soon"],
            "--budget soon is no time to spend; write it like 90s, 3m or 1h",
        ),
        (["run", "--quick", "--full"], "--quick and --full exclude each other: give one of them"),
        (["run", "rnu"], f"there is no suite 'rnu'; there are {', '.join(suites())}"),
        (["history", "show", "--file", "x"], NO_HISTORY),
        (["report", "x.json"], "x.json is cut short at line 1, column 2; " + AGAIN),
    ],
)
def test_a_mistake_has_one_form_everywhere(arguments: list[str], line: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    done = waitbench(*arguments, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("", f"waitbench: {line}\n")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.999])
def test_a_file_cut_short_gets_one_line(part: float, results: Path, tmp_path: Path) -> None:
    whole = results.read_text()
    cut = tmp_path / "cut.json"
    cut.write_text(whole[: int(len(whole) * part)])
    done = waitbench("report", str(cut))
    assert done.returncode == 2
    assert str(cut) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_taken_port_gets_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = waitbench("serve", "--port", port)
    assert done.returncode == 2
    assert port in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_nothing_in_the_current_folder_stands_in_for_the_server(tmp_path: Path) -> None:
    for name in ("server", "waitbench_server"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong one')")
    script = Path(sys.executable).with_name("waitbench")
    forms = [[sys.executable, "-m", "waitbench"]] + [[str(script)]] * script.exists()
    for form in forms:
        done = subprocess.run(
            [*form, "serve", "--host", "192.0.2.1"],  # an address that nobody has
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONPATH": import_path(CHECKOUT)},
        )
        assert "waitbench serve: 192.0.2.1:0 can not be bound" in done.stderr
        assert done.returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_place_without_room_is_refused_before_anything_is_measured() -> None:
    done = waitbench("run", "io_bound", "--quick", *SMALL, "-o", "/dev/full")
    assert done.returncode == 2
    assert "No space left" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


class Started:
    """A long run in the background, past its first rounds, with all the processes it made."""

    def __init__(self, file: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "waitbench", "run", "io_bound", "--quick", *ENDLESS, "-o", file],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.family: list[psutil.Process] = []
        for _ in range(600):
            time.sleep(0.1)
            children = psutil.Process(self.process.pid).children(recursive=True)
            # The target, two workers, the fork server with its tracker, the pool: it races.
            if len(children) >= 12:
                break
        time.sleep(4)
        self.family = psutil.Process(self.process.pid).children(recursive=True)

    def all_gone(self) -> bool:
        _, alive = psutil.wait_procs(self.family, timeout=10)
        return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    running = Started(tmp_path / "stopped.json")
    yield running
    for pid in (running.process.pid, *(process.pid for process in running.family)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    running.process.communicate()


@pytest.mark.parametrize(
    "numbers",
    [(signal.SIGINT,), (signal.SIGHUP,), (signal.SIGQUIT,), (signal.SIGINT,) * 12],
    ids=["ctrl-c", "hang-up", "quit", "ctrl-c again and again"],
)
def test_a_stopped_run_keeps_what_was_measured_and_leaves_no_process(
    started: Started, numbers: tuple[signal.Signals, ...], tmp_path: Path
) -> None:
    for number in numbers:
        started.process.send_signal(number)
        time.sleep(0.25)
        if started.process.poll() is not None:
            break
    shown, complaints = started.process.communicate(timeout=30)
    assert started.process.returncode == 130
    assert "stopped on request" in complaints
    assert "Traceback" not in complaints
    document = json.loads((tmp_path / "stopped.json").read_text())
    assert document["waitbench"]["interrupted"] is True
    assert document["benchmarks"]
    assert "http-200ms-n20-c10" in shown
    assert started.all_gone()
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"stopped.json", "stopped.html"}  # no journal, nothing half written


def test_a_killed_conductor_leaves_no_process(started: Started) -> None:
    started.process.kill()
    started.process.communicate()
    assert started.all_gone()


def test_one_new_file_each_is_a_new_model_and_a_new_workload(tmp_path: Path) -> None:
    leave = shutil.ignore_patterns("__pycache__")
    for part in ("bench", "server"):
        shutil.copytree(CHECKOUT / part, tmp_path / part, ignore=leave)
    for part in ("pyproject.toml", "conftest.py"):
        shutil.copy(CHECKOUT / part, tmp_path / part)
    (tmp_path / "bench/waitbench/models/backwards.py").write_text(
        '"""One after the other, the last one first."""\n'
        "from waitbench.models import sync\n"
        "from waitbench.stopwatch import timed\n"
        "class Model(sync.Model):\n"
        "    def run(self, tasks):\n"
        "        numbers = reversed(range(tasks))\n"
        "        return [timed(self._task, number) for number in numbers][::-1]\n"
    )
    (tmp_path / "bench/waitbench/workloads/doubling.py").write_text(
        '"""Twice the number."""\n'
        "from waitbench.workloads import sleep\n"
        "from contextlib import contextmanager\n"
        "class Workload(sleep.Workload):\n"
        "    has_async = False\n"
        "    @contextmanager\n"
        "    def sync_client(self): yield lambda number: 2 * number\n"
        "    def check(self, number, result): assert result == 2 * number\n"
    )
    (tmp_path / "bench/waitbench/suites/test_doubling.py").write_text(
        '"""Does doubling gain?"""\n'
        "from waitbench.scenario import Scenario\n"
        'SCENARIOS = QUICK = [Scenario(suite="doubling", workload="doubling", tasks=3,'
        " concurrency=2)]\n"
        "def test_doubling(benchmark, entry): entry.replay(benchmark)\n"
    )
    listed = waitbench("list", cwd=tmp_path).stdout
    assert re.search("backwards +One after the other, the last one first.", listed)
    assert re.search("doubling +Twice the number.", listed)
    done = waitbench(
        *("run", "doubling", "--models", "sync,backwards", "--budget", "1", "--launches", "2"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "backwards" in done.stdout
    assert list((tmp_path / "results").rglob("0001_*.json"))
