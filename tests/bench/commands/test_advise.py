"""`waitbench advise` as its user meets it: advice, one-line errors, nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import psutil
import pytest

from waitbench.advisor.probe import probe
from waitbench.advisor.question import Question
from waitbench.cli import main
from waitbench.scenario import BenchError
from waitbench.system import machine
from waitbench.system.checkout import import_path
from waitbench.system.interrupt import Interrupt

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).parents[3]
SHOP = """
import os, sys, time

def fetch(number=0):
    time.sleep(0.01)
    return number

async def fetch_async(number=0):
    import asyncio
    await asyncio.sleep(0.01)
    return number

turn = 0

def unsafe():
    global turn
    turn += 1
    mine = turn
    time.sleep(0.002)
    return turn == mine

def raises(): raise ValueError("no luck")
def leaves(): sys.exit(3)
def dies(): os._exit(3)
def hangs(): time.sleep(600)
def needs(url): return url
def forks():
    if os.fork() == 0: return 1
    os.wait()
def numbers(): return [1, 2, 3]
"""


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What these tests see of the machine is no word on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("shop")
    (place / "shop.py").write_text(SHOP)
    (place / "broken.py").write_text("import no_such_module\n")
    return place


def advise(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "waitbench", "advise", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": import_path()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def raced(folder: Path) -> dict[str, object]:
    """One small race of a function and its async form."""
    more = ("--items", "shop:numbers", "--async", "shop:fetch_async", "--now", "threads:2")
    small = ("--budget", "3s", "--max-calls", "600", "--force", "--format=json")
    done = advise(folder, "shop:fetch", *more, *small)
    assert done.returncode == 0, done.stderr
    assert "at most 600 calls in about 3 s" in done.stderr
    document: dict[str, object] = json.loads(done.stdout)
    return document


def test_a_function_that_waits_is_raced_with_its_async_form_and_as_it_is_today(
    raced: dict[str, object],
) -> None:
    assert float(str(raced["waiting"])) > 0.8
    came = raced["measured"]
    assert isinstance(came, list)
    assert {result["model"] for result in came} >= {"sync", "threads", "asyncio"}
    assert ("threads", 2) in {(result["model"], result["width"]) for result in came}
    assert all(result["failure"] is None for result in came)


def test_its_advice_is_one_of_those_that_were_fastest(raced: dict[str, object]) -> None:
    advice = raced["advice"]
    assert isinstance(advice, dict)
    assert advice["model"] in {"threads", "asyncio", "processes"}
    assert advice["times"] > 1.2
    assert str(raced["sentence"]).endswith((f", {advice['width']} workers.", "at once."))


@pytest.mark.parametrize(("most", "raced"), [(90, False), (700, True)])
def test_it_makes_no_more_calls_than_it_may(folder: Path, most: int, *, raced: bool) -> None:
    notes = folder / f"made-{most}.txt"
    (folder / "counted.py").write_text(
        "import time\n"
        "def noted(path):\n"
        "    time.sleep(0.002)\n"
        "    with open(path, 'a') as file:\n"
        "        file.write('x')\n"
    )
    named = ("--args", json.dumps([str(notes)]))
    small = ("--budget", "24s", "--max-calls", str(most), "--force", "-v")
    done = advise(folder, "counted:noted", *named, *small)
    assert done.returncode == 0, done.stderr
    assert ("measured" in done.stdout.partition("\n")[0]) is raced
    assert (f"not raced: {most} calls are too few for that" in done.stderr) is not raced
    made = len(notes.read_text())
    assert made <= most
    assert f"calls made: about {made}, " in done.stdout


def test_what_can_only_be_awaited_is_called_on_a_loop_and_advised_for_one(folder: Path) -> None:
    (folder / "service.py").write_text(
        "import asyncio\n"
        "class Service:\n"
        "    async def load(self, number):\n"
        "        await asyncio.sleep(0.01)\n"
        "        return number\n"
        "service = Service()\n"
    )
    named = ("service.py:service.load", "--items", "[1, 2, 3]")
    done = advise(folder, *named, "--dry", "--force", "-q")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert ": use asyncio, " in done.stdout


def test_dry_calls_once_and_predicts(folder: Path) -> None:
    done = advise(folder, "shop.py:fetch", "--dry", "--force", "-v", "-o", "told.html")
    assert done.returncode == 0, done.stderr
    assert "waiting; predicted" in done.stdout
    assert "calls made: about 1," in done.stdout
    assert "the ring is where it lies" in (folder / "told.html").read_text()
    assert "measured" not in done.stdout.partition("\n")[0]


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["shop:absent"], 2, "shop has no 'absent'; there are"),
        (["shops:fetch"], 2, "there is no module 'shops' here or installed"),
        (["nowhere.py:fetch"], 2, "there is no file nowhere.py"),
        (["broken:fetch"], 2, "broken cannot be imported: ModuleNotFoundError"),
        (["shop:needs"], 2, "missing a required argument: 'url'; give --args"),
        (["shop:fetch", "--args", "{"], 2, "--args { is no JSON"),
        (["shop:fetch", "--items", "[]"], 2, "--items is empty"),
        (["shop:fetch", "--async", "shop:numbers"], 2, "is no coroutine function"),
        (["shop:fetch", "--now", "fibres"], 2, "give sync, threads:8"),
        (["shop:raises"], 1, "ValueError: no luck"),
        (["shop:leaves"], 1, "it ends the interpreter: SystemExit(3)"),
        (["shop:dies"], 1, "exited with status 3"),
        (["shop:hangs", "--timeout", "1"], 1, "did not answer within 1 s and was stopped"),
        (["shop:forks"], 1, "forks, and the child comes back"),
        (["shop:fetch", "--map", "absent.json"], 2, "absent.json"),
        ([], 2, "name a function"),
        (["shop:fetch", "-o", "told.doc"], 2, "ends in .html, .json, .md"),
        (["--", "no-such-program"], 2, "cannot run no-such-program"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(  # noqa: PLR0913, PLR0917 - two are fixtures
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    line: str,
) -> None:
    monkeypatch.chdir(folder)
    # One worker is enough to make a mistake in, and whoever is busy beside it is not asked.
    monkeypatch.setattr(machine, "busy", dict)
    small = [] if "--" in arguments else ["--force", "--dry"]
    before = {process.pid for process in psutil.process_iter()}
    assert main(["advise", *arguments, *small]) == status
    errors = capfd.readouterr().err
    last = errors.strip().splitlines()[-1]
    assert line in last
    assert "Traceback" not in errors
    left = [process for process in psutil.process_iter() if process.pid not in before]
    assert [process for process in left if str(folder) in _place(process)] == []


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("nowhere.py:fetch", "there is no file nowhere.py"),
        (
            "nowhere",
            (
                "cannot run nowhere: No such file or directory; "
                "a function is given as module:function or file.py:function"
            ),
        ),
    ],
)
def test_a_target_that_is_not_there_is_all_that_is_said(
    folder: Path, target: str, line: str
) -> None:
    done = advise(folder, target)  # not forced: however busy the machine is
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"waitbench: {line}\n")


def _place(process: psutil.Process) -> str:
    try:
        return process.cwd()
    except psutil.Error:
        return ""


def test_results_that_differ_beside_others_are_seen_before_the_race(
    folder: Path, tmp_path: Path
) -> None:
    question = Question(function="shop:unsafe", folder=str(folder), calls=2000, minutes=0.05)
    with Interrupt.never() as never:
        seen = probe(question, never, str(tmp_path / "answers.json"))
    assert "not what it gives alone" in (seen.different or "")
    assert seen.refused == {"threads": seen.different}
    assert set(seen.trials) == {"processes"}


def test_a_stop_is_said_and_leaves_nothing(folder: Path) -> None:
    command = [sys.executable, "-P", "-m", "waitbench", "advise", "shop:fetch", "--force"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": import_path()},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stderr
        assert any("calling shop:fetch" in running.stderr.readline() for _ in range(2))
        workers = psutil.Process(running.pid)
        while not (children := workers.children(recursive=True)):
            time.sleep(0.01)
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        errors = running.stderr.read()
        assert running.wait(timeout=30) == 130
    assert "Traceback" not in errors
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []


def test_a_busy_machine_is_refused_unless_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    from waitbench.advisor import pipeline

    def reached(*given: Callable[[], None]) -> NoReturn:
        given[-1]()  # it is found
        raise BenchError("the trials")

    monkeypatch.setattr(machine, "busy", lambda **_: {"busy": 0.9})
    monkeypatch.setattr(pipeline, "probe", reached)
    sentences: list[str] = []
    with pytest.raises(pipeline.RefusedError, match=r"took 90 % of the cores .* --force"):
        pipeline.run_pipeline(Question(function="shop:fetch"), sentences.append)
    assert sentences == []
    with pytest.raises(BenchError, match="the trials"):
        pipeline.run_pipeline(Question(function="shop:fetch", force=True), sentences.append)
    assert sentences[0].startswith("going on although other programs took 90 % of the cores before")


def test_a_burst_that_passes_is_no_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    from waitbench.advisor import pipeline

    def reached(*given: Callable[[], None]) -> NoReturn:
        given[-1]()
        raise BenchError("the trials")

    looks = iter([0.9, 0.6, 0.1])
    monkeypatch.setattr(machine, "busy", lambda: {"busy": next(looks)})
    monkeypatch.setattr(pipeline, "probe", reached)
    sentences: list[str] = []
    with pytest.raises(BenchError, match="the trials"):
        pipeline.run_pipeline(Question(function="shop:fetch"), sentences.append)
    assert len(sentences) == 1


def test_a_command_line_is_classified_and_not_raced(folder: Path) -> None:
    done = advise(folder, "--", sys.executable, "-S", "-c", "import time; time.sleep(0.5)")
    assert done.returncode == 0, done.stderr
    assert "waiting" in done.stdout
    assert "classified, not raced" in done.stdout


def test_the_mark_gives_advice_below_the_tests(folder: Path) -> None:
    (folder / "test_shop.py").write_text(
        "import pytest, shop\n"
        "@pytest.mark.waitbench_advise(target=shop.fetch, dry=True, force=True)\n"
        "def test_fetch(): assert shop.fetch(1) == 1\n"
        "@pytest.mark.waitbench_advise(dry=True, force=True)\n"
        "def test_itself(): shop.fetch()\n"
        "@pytest.mark.waitbench_advise\n"
        "def test_that_fails(): assert False\n"
    )
    options = (
        "-q",
        "-p",
        "waitbench.advisor.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "--strict-markers",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_shop.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": import_path()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    summary = done.stdout.partition("waitbench advice")[2]
    assert "test_shop.py::test_fetch: " in summary
    assert summary.count("% waiting; predicted") == 2, done.stdout
    assert "test_that_fails: " not in summary


def test_from_bench_import_advise(folder: Path) -> None:
    code = (
        "import shop; from waitbench import advise\n"
        "from waitbench.scenario import BenchError\n"
        "print(advise(shop.fetch, items=[1, 2], dry=True, force=True))\n"
        "try: advise(lambda: 1)\n"
        "except BenchError as wrong: print(wrong)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": import_path()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "waiting; predicted" in done.stdout, done.stderr
    assert "'<lambda>' cannot be imported by another process" in done.stdout


def test_a_file_alone_is_answered_by_its_functions_without_running_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "shop.py"
    file.write_text(
        "raise SystemExit\ndef total(rows): ...\nasync def fetch(n): ...\ndef _own(): ...\n"
    )
    assert main(["advise", str(file)]) == 2
    error = capsys.readouterr().err
    assert f"waitbench advise {file}:total" in error
    assert "there are total and fetch" in error
    file.write_text("def (")
    assert main(["advise", str(file)]) == 2
    assert "cannot be read" in capsys.readouterr().err
