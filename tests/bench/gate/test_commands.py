"""Commands as benchmarks: each side runs its own code, and must print the same."""

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.bench.gate.projects import Project
from waitbench.cli import main
from waitbench.gate import command_run, commands
from waitbench.gate.settings import read
from waitbench.race.worker_process import WorkerProcess
from waitbench.scenario import BenchError, WrongResultError
from waitbench.system.interrupt import Interrupt
from waitbench.user_code import command_line
from waitbench.workloads.command import Workload

SHOP = """
import sys
def total(rows):
    return sum(row * 2 for row in rows)
if __name__ == "__main__":
    print("total", total(range(1000)))
    print("done", file=sys.stderr)
"""


def gate(*arguments: str) -> int:
    return main(["gate", "--seed", "1", "--budget", "1m", *arguments])


POOL = """
import multiprocessing, time
def work(size):
    room = bytearray(b"x") * size
    ends_s = time.process_time() + 0.2
    while time.process_time() < ends_s:
        pass
    return len(room)
if __name__ == "__main__":
    with multiprocessing.get_context("forkserver").Pool(2) as pool:
        pool.map(work, [150_000_000] * 2, chunksize=1)
        pool.close()
        pool.join()
"""
"""Its workers are children of a server that outlives it: nobody waits for them."""


@pytest.fixture
def shop(project: Project) -> Project:
    """A project in whose folder of sources a module can be run."""
    project.git("rm", "-q", "benchmarks.py")
    project.write("src/shop.py", SHOP)
    project.commit("a command")
    return project


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="orphans can be adopted on Linux alone")
def test_the_pool_of_a_fork_server_is_a_part_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "pool.py").write_text(POOL)
    params = {"command": f"{sys.executable} pool.py", "root": str(tmp_path), "expects": ""}
    with Interrupt.of_this_thread() as stop, WorkerProcess("sync", stop, ["command"]) as worker:
        worker.greet()
        worker.ask("open", within_s=30, workload="command", params=params, concurrency=1)
        # More than its first program's own share, twice: what the first one left is not counted.
        for answer in [worker.ask("run", within_s=30, tasks=1) for _ in range(2)]:
            assert (answer["errors"], answer["single"]) == (0, False)
            assert 0.35e9 < answer["cpu_ns"] < 0.35e9 + 2 * answer["wall_ns"]
    script = Path(command_run.__file__).with_name("_command_run.py")
    words = [sys.executable, "-I", "-S", str(script), sys.executable, "out", "err"]
    done = subprocess.run(
        # A shell between: who starts it lends it its size, and this process may be larger.
        ["sh", "-c", '"$@"; true', "sh", *words, sys.executable, "pool.py"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["peak_bytes"] > 150e6


@pytest.mark.processes
@pytest.mark.usefixtures("quick")
def test_a_slower_command_is_found_with_its_cpu_and_memory(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    work = "    sum(range(3_000_000)), bytearray(b'x') * 300_000_000\n"
    shop.write("src/shop.py", SHOP.replace('    print("done"', f'{work}    print("done"'))
    shop.commit("slower")
    shop.write(
        "pyproject.toml",
        '[tool.waitbench.gate.commands]\nversion = "python -c 1"\n',
    )
    before = shop.state()
    typed = ("--command", "total=python -m shop", "--setup", "echo x >> started")
    assert gate("--base", "HEAD~1", *typed, "-o", "gate.json") == 1
    printed = capsys.readouterr().out
    assert "Slower: total takes" in printed
    assert "(1 of 1 benchmark)" in printed  # those of the settings are not asked for
    (result,) = json.loads((shop.folder / "gate.json").read_text())["waitbench"]["gate"]["results"]
    (shop.folder / "gate.json").unlink()
    costs = result["costs"]
    assert costs["head"]["cpu_ns"] > costs["base"]["cpu_ns"]
    # What starts it here is pytest, which may itself be larger: then nothing is known of memory.
    peak = costs["head"]["peak_bytes"]
    assert peak is None or peak > 300e6 > (costs["base"]["peak_bytes"] or 0)
    assert ("peak memory: base " in printed) == (peak is not None)
    assert "CPU with children: base " in printed
    assert shop.state() == before


@pytest.mark.processes
@pytest.mark.usefixtures("quick")
def test_commands_that_end_or_print_otherwise_are_failures_and_the_rest_is_raced(
    shop: Project,
) -> None:
    shop.write("src/shop.py", SHOP.replace('"total"', '"sum"'))
    tables = """
        other = "python -m shop"
        any = {command = "python -m shop", output = "any"}
        three = {command = "sh -c 'exit 3'", status = 3}
        gone = "no-such-program"
        unset = "sh -c 'echo oh no >&2; exit 4'"
        clock = "date +%N"
        where = "pwd"
    """
    shop.write("pyproject.toml", f"[tool.waitbench.gate.commands]\n{tables}\n")
    shop.commit("prints otherwise")
    assert gate("--base", "HEAD~1", "-o", "gate.json", "--budget", "12s") == 2
    results = json.loads((shop.folder / "gate.json").read_text())["waitbench"]["gate"]["results"]
    notes = {result["name"]: " ".join(result["notes"]) for result in results}
    failed = {result["name"] for result in results if result["verdict"] == "failed"}
    assert failed == {"other", "gone", "unset"}
    assert notes["other"].startswith(
        "head: it prints something else: line 1 is 'sum 999000', on ba"
    )
    assert "base: there is no program 'no-such-program'" in notes["gone"]
    assert "head: it ended with status 4, not 0: oh no" in notes["unset"]
    assert "its exit status alone was compared" in notes["clock"]
    assert notes["where"] == ""  # the folder of its side is no difference


@pytest.mark.processes
def test_a_command_that_is_called_like_a_benchmark_is_refused(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("pyproject.toml", "[tool.waitbench.gate.commands]\nbench_total = 'true'\n")
    project.commit("twice")
    assert gate("--base", "HEAD~1") == 2
    assert "is called bench_total, as a benchmark is" in capsys.readouterr().err


@pytest.mark.processes
def test_each_start_is_checked_for_status_and_output(tmp_path: Path) -> None:
    (tmp_path / "count.sh").write_text("echo x >> count; wc -l < count; exit $(cat status)\n")
    (tmp_path / "status").write_text("0")
    expects = command_line.digest(b"1\n", str(tmp_path))
    line, root = "sh count.sh", str(tmp_path)
    fresh = Workload(line, root, setup="rm -f count", calls="2", expects=expects)
    with fresh.sync_client() as task:
        fresh.prepare(1)
        ends = task(0)
        assert len(ends) == 2
        with pytest.raises(WrongResultError, match="printed something else than the first start"):
            fresh.check(0, ends)  # the second start counts to two
    single = Workload(line, root, setup="rm -f count", expects=expects)
    with single.sync_client() as task:
        single.prepare(1)
        single.check(0, task(0))
        (tmp_path / "status").write_text("7")
        single.prepare(1)
        with pytest.raises(WrongResultError, match="ended with status 7, not 0: it said nothing"):
            single.check(0, task(0))
    with pytest.raises(BenchError, match="setup 'false' failed with status 1"):
        Workload(line, root, setup="false").prepare(1)


@pytest.mark.processes
def test_the_time_without_a_core_is_told_of_commands_with_one_thread(tmp_path: Path) -> None:
    work = "sum(range(1_000_000))"
    other = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(1000000))'])"
    for program, alone in ((work, True), (other, False)):
        (tmp_path / "mine.py").write_text(program)
        workload = Workload(
            "python mine.py", str(tmp_path), programs=str(Path(sys.executable).parent)
        )
        with workload.sync_client() as task:
            workload.prepare(1)
            began_ns = time.perf_counter_ns()
            ends = task(0)
            wall_ns = time.perf_counter_ns() - began_ns
        workload.check(0, ends)
        delay_ns, single = workload.run_queue([ends])
        if delay_ns is None:
            pytest.skip("this system does not tell how long a thread waited for a core")
        assert single == alone
        assert 0 <= delay_ns < wall_ns
        assert 0 < ends[0].cpu_ns <= wall_ns + 20_000_000  # counted in ticks on some systems


@pytest.mark.processes
@pytest.mark.usefixtures("shop")
def test_a_command_that_hangs_or_leaves_something_behind_is_ended_with_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_run, "WITHIN_S", 1)
    hangs = ("--command", "hangs=sleep 4712", "--command", "leaves=sh -c 'sleep 4713 & exit 5'")
    assert gate("--base", "HEAD~1", *hangs) == 2
    printed = " ".join(capsys.readouterr().out.split())
    assert "hangs: head: it took more than 1 s" in printed
    assert "leaves: head: it ended with status 5, not 0" in printed
    lines = [" ".join(each.info["cmdline"] or ()) for each in psutil.process_iter(["cmdline"])]
    assert not {"sleep 4712", "sleep 4713"} & set(lines)


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("python -m shop --dry", "python -m shop --dry", "python -m shop --dry"),
        ("dry=python -m shop", "dry", "python -m shop"),
        ("dry= a=b c", "dry", "a=b c"),
        ("env A=1 b", "env A=1 b", "env A=1 b"),
        ("./run a=b", "./run a=b", "./run a=b"),
        ("python -c 'a\nb'", "python -c 'a b'", "python -c 'a\nb'"),
    ],
)
def test_a_command_is_called_as_it_is_named_or_as_it_reads(text: str, name: str, line: str) -> None:
    (command,) = commands.typed([text])
    assert (command.name, command.command) == (name, line)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["a=b", "a=c"], "two commands are called 'a'"),
        ([" "], "a command is empty"),
        (["a="], "a command is empty"),
        (["a 'b"], "cannot be read: No closing quotation"),
        (["a > b"], r"write sh -c 'a > b'"),
    ],
)
def test_a_command_that_cannot_be_read_is_one_line(lines: list[str], sentence: str) -> None:
    with pytest.raises(BenchError, match=sentence):
        commands.typed(lines)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("a = 3", "'a' is 3; it must be a text, or a table with a command"),
        ("a = {setup = 'x'}", "it must be a text, or a table with a command"),
        (
            "a = {command = 'x', when = 1}",
            "has no 'when'; there are command, setup, status, output",
        ),
        ("a = {command = 'x', status = '1'}", "status is '1'; it must be a number from 0 to 255"),
        ("a = {command = 'x', status = true}", "status is True; it must be a number"),
        ("a = {command = 'x', output = 'none'}", "output is 'none'; it must be same or any"),
        ("a = {command = 'x', setup = 1}", "setup is 1; it must be a text"),
    ],
)
def test_settings_of_a_command_that_make_no_sense_are_one_line(
    tmp_path: Path, table: str, sentence: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.waitbench.gate.commands]\n{table}\n")
    with pytest.raises(BenchError, match=sentence):
        read(tmp_path)


@pytest.mark.processes
@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--setup", "x"), "--setup and --any-output are of a --command LINE"),
        (("--command", "a | b"), "no shell reads the command 'a | b'"),
        (("--command", "a", "--setup", ""), "--setup is empty"),
        (("--command", "a", "--baseline", "auto"), "--command is of two commits"),
    ],
)
def test_a_mistake_in_what_was_typed_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    base = () if "--baseline" in arguments else ("--base", "HEAD~1")
    assert main(["gate", *base, *arguments]) == 2
    complaint = capsys.readouterr().err
    assert sentence in complaint
    assert complaint.count("\n") == 1
