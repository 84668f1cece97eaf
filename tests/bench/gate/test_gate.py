"""`waitbench gate` from outside: real commits, real races, verdicts and exit status."""

import os
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from tests.bench.gate.projects import BENCHMARKS, SHOP, Project
from waitbench.cli import main
from waitbench.system.checkout import import_path
from waitbench.system.interrupt import STOP_SIGNALS

pytestmark = pytest.mark.processes

SLOW = SHOP.replace("sum(", "sum(row * 0 for row in rows for _ in range(3)) + sum(")


OPEN = ("--allow-undecided",)
"""A busy machine may leave a race open, which is not what such a test is about."""


def gate(*arguments: str) -> int:
    return main(["gate", "--seed", "1", "--minutes", "1", *arguments])


@pytest.mark.usefixtures("quick")
def test_a_slow_down_fails_and_names_the_benchmark(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("src/shop.py", SLOW)
    project.commit("slower")
    before = project.state()
    assert gate("--base", "HEAD~1", "-k", "total") == 1
    printed = capsys.readouterr().out
    assert "Slower: bench_total takes" in printed
    assert "bench_total: profile: src/shop.py total grew from " in printed
    assert "bench_double" not in printed
    assert project.state() == before


@pytest.mark.usefixtures("quick")
def test_new_vanished_and_failed_are_told_apart(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("benchmarks.py", BENCHMARKS.replace("double", "triple"))
    project.write("src/shop.py", f"{SHOP}def triple(figure):\n    return figure * 3\n")
    project.commit("another")
    assert gate("--base", "HEAD~1", "-k", "le") == 2  # neither can have become worse, or better
    printed = capsys.readouterr().out
    verdicts = [line.split()[-1] for line in printed.splitlines() if line.startswith("bench_")]
    assert verdicts == ["new", "vanished"]
    assert "bench_triple: not raced: base has no benchmark of that name" in printed
    assert gate("--base", "HEAD~1", "-k", "le", "--allow-empty") == 0
    project.write("benchmarks.py", BENCHMARKS.replace("shop.total(ROWS)", "shop.gone(ROWS)"))
    project.commit("broken")
    assert gate("--base", "HEAD~2", "-k", "total") == 2  # neither slower nor as fast
    assert "head: AttributeError: module 'shop' has no attribute 'gone'" in capsys.readouterr().out
    mended = ("--base", "HEAD", "--head", "HEAD~2", "-k", "total")  # but not compared
    assert gate(*mended) == 2
    assert gate(*mended, "--allow-empty") == 0


@pytest.mark.usefixtures("quick")
def test_a_benchmark_of_another_name_is_the_same_and_what_is_left_out_is_named(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """
        sizes = bench_sizes = [1, 2]
        def bench_old(size):
            return bench_old.__name__
        bench_old.params = sizes
        """
    project.write("benchmarks.py", dedent(text))
    project.commit("with sizes")
    project.write("benchmarks.py", dedent(text).replace("bench_old", "bench_young"))
    project.commit("renamed")
    assert (
        gate("--base", "HEAD~1", "-k", "young", "--minutes", "0.1", "--margin", "99%", *OPEN) == 0
    )
    printed = capsys.readouterr().out
    assert "bench_young[1]: was bench_old[1] on base" in printed
    assert "Note: bench_sizes is left out: it is of type list" in printed
    assert "the benchmark itself was changed" not in printed


@pytest.mark.usefixtures("quick")
def test_identical_sides_pass_and_say_that_they_are(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("notes.txt", "not committed")
    assert gate("--base", "HEAD", "-k", "double", "--allow-same", *OPEN) == 0
    printed = capsys.readouterr().out
    assert "Slower" not in printed
    assert "base and head are the same" in printed
    assert "notes.txt is not committed and not measured" in printed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say what to compare with: --base REV"),
        (("--base", "nope"), "git knows no revision 'nope' here"),
        (("--base", ""), "--base is empty"),
        (("--base", "HEAD", "--head", " "), "--head is empty"),
        (("--head-python", ""), "--head-python is empty"),
        (("--base", "HEAD", "--base-python", ""), "--base-python is empty"),
        (("--baseline", ""), "--baseline is empty"),
        (("--base", "HEAD"), "base and head are the same"),
        (("--base", "main", "--head-python", sys.executable), "base and head are the same"),
        (
            ("--base", "HEAD", "--allow-same", "-k", "nothing"),
            "no benchmark matches 'nothing'",
        ),
        (("--base", "HEAD", "--margin", "x"), "--margin is 'x'; write it like"),
        (("--base", "HEAD", "--budget", "0"), "is no time"),
        (("--base", "HEAD", "--base-python", "no-such-python"), "base needs the interpreter"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(
    project: Project, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert main(["gate", *arguments]) == 2
    progress, complaint = "gate: looking for benchmarks on both sides\n", capsys.readouterr().err
    assert sentence in complaint
    assert complaint.removeprefix(progress).count("\n") == 1
    assert "waitbench-gate" not in project.git("worktree", "list")


def test_a_project_without_benchmarks_is_told_how_to_write_some(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.git("rm", "-q", "benchmarks.py")
    project.commit("none")
    assert main(["gate", "--base", "HEAD~1"]) == 2
    assert "head has no benchmarks" in capsys.readouterr().err


def test_code_that_would_come_from_the_owner_s_tree_is_refused(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    # As an editable install with an import hook does.
    text = f"import sys\nsys.path.insert(0, {str(project.folder / 'src')!r})\n{BENCHMARKS}"
    project.write("benchmarks.py", text)
    project.commit("a hook")
    assert main(["gate", "--base", "HEAD~1"]) == 2
    assert "module shop came from" in capsys.readouterr().err


def test_a_file_that_is_one_on_both_sides_is_refused(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.folder / "benchmarks.py").rename(tmp_path / "linked.py")
    (project.folder / "benchmarks.py").symlink_to(tmp_path / "linked.py")
    project.commit("linked")
    project.commit("and nothing else")
    assert main(["gate", "--base", "HEAD~1"]) == 2
    assert "benchmarks.py is " in (complaint := capsys.readouterr().err)
    assert "on both sides, which can never differ" in complaint


@pytest.mark.parametrize("folder", ["lib", "pyproject.toml"])
def test_a_module_of_the_project_that_is_installed_for_both_sides_is_refused(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    (tmp_path / "installed").mkdir()
    (tmp_path / "installed/shop.py").write_text(SHOP)
    project.git("rm", "-q", "-r", "src")
    if folder == "lib":
        project.write("lib/shop.py", SHOP)
    else:
        project.write("pyproject.toml", '[project]\nname = "shop"\n')
    text = f"import sys\nsys.path.append({str(tmp_path / 'installed')!r})\n{BENCHMARKS}"
    project.write("benchmarks.py", text)
    project.commit("moved")
    project.commit("and nothing else")
    assert main(["gate", "--base", "HEAD~1"]) == 2
    assert "module shop is " in capsys.readouterr().err


def test_a_module_of_a_namespace_package_that_is_installed_for_both_sides_is_refused(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "installed/acme").mkdir(parents=True)
    (tmp_path / "installed/acme/shop.py").write_text(SHOP)
    project.write("lib/acme/shop.py", SHOP)
    text = f"import sys\nsys.path.append({str(tmp_path / 'installed')!r})\n"
    project.write(
        "benchmarks.py", text + BENCHMARKS.replace("import shop", "from acme import shop")
    )
    project.commit("in a namespace")
    project.commit("and nothing else")
    assert main(["gate", "--base", "HEAD~1"]) == 2
    assert "module acme.shop is " in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_outcome_that_cannot_be_printed_is_no_success_and_is_written_where_there_is_room(
    project: Project,
) -> None:
    options = ("--base", "HEAD", "--allow-same", "-k", "double", "--budget", "6s", *OPEN)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "waitbench", "gate", *options, "-o", "o.json"],
            cwd=project.folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": import_path()},
        )
    assert done.returncode == 2
    assert "the outcome could not be printed" in done.stderr.splitlines()[-1]
    assert (project.folder / "o.json").read_text()[0] == "{"


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_a_signal_takes_the_checkouts_away(project: Project, number: int) -> None:
    before = project.state()
    running = subprocess.Popen(
        [sys.executable, "-m", "waitbench", "gate", "--base", "HEAD", "--allow-same"],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": import_path()},
    )
    assert running.stderr is not None
    assert any("racing" in line for line in iter(running.stderr.readline, ""))
    time.sleep(0.3)
    running.send_signal(number)
    printed, complaint = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in complaint
    assert "Stopped early" in printed or "stopped" in complaint
    assert project.state() == before


@pytest.mark.usefixtures("quick")
def test_a_project_with_packages_called_bench_and_server_is_measured_with_its_own(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "from bench.load import ROWS\nfrom server import app\n"
    project.write("benchmarks.py", f"{text}def bench_page():\n    return app.page(ROWS)\n")
    project.write("bench/__init__.py", "")
    project.write("bench/load.py", "ROWS = range(2000)\n")
    project.write("server/__init__.py", "")
    project.write("server/app.py", "def page(rows):\n    return sum(rows)\n")
    project.commit("a shop with a server")
    project.write("server/app.py", "def page(rows):\n    return sum([*rows, *rows, *rows])\n")
    project.commit("slower")
    assert gate("--base", "HEAD~1") == 1
    assert "Slower: bench_page takes" in capsys.readouterr().out
