"""`--changed`: only what reads something that differs is raced; the rest is of the same code."""

import json
import os
import subprocess
import sys
from pathlib import Path, PurePath

import pytest

from tests.bench.gate.projects import Project
from waitbench.cli import main
from waitbench.gate import opened_files, stages
from waitbench.gate.benchmark import Benchmark
from waitbench.gate.evidence import GateEvidence
from waitbench.gate.same_code import Difference
from waitbench.scenario import Contestant, Scenario

COMMANDS = """
[tool.waitbench.gate.commands]
prices = "python -m prices"
child = "python child.py"
shell = "sh run.sh"
"""


def verdicts(project: Project, *arguments: str) -> dict[str, str]:
    """Return the verdict on each benchmark; what was raced is `raced`."""
    options = ("--seed", "1", "--budget", "3s", "--margin", "99%", "-o", "gate.json")
    status = main(["gate", "--base", "HEAD~1", "--changed", *options, *arguments])
    document = json.loads((project.folder / "gate.json").read_text())["waitbench"]["gate"]
    (project.folder / "gate.json").unlink()
    results = {result["name"]: result["verdict"] for result in document["results"]}
    if set(results.values()) == {"same code"}:
        assert status == 0
    return {
        name: "raced" if verdict in {"same", "undecided", "faster", "slower"} else verdict
        for name, verdict in results.items()
    } | {"notes": "".join(note for note in document["notes"] if "seen" in note or "may" in note)}


@pytest.mark.processes
def test_only_what_reads_something_that_differs_is_raced(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each gate tries its benchmarks; what it would race is undecided.
    monkeypatch.setattr(stages, "race", lambda *_: GateEvidence())
    project.write("pyproject.toml", COMMANDS)
    project.write("src/prices.py", "import json\nprint(json.load(open('prices.json')))\n")
    project.write("prices.json", "[1]")
    project.write(
        "child.py",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import late'])\n",
    )
    project.write("src/late.py", "")
    project.write("run.sh", "true\n")
    project.write("README", "")
    project.commit("with commands")
    project.write("README", "read me")
    project.commit("nothing that anybody reads")
    of_file = {"bench_total": "same code", "bench_double": "same code"}
    got = verdicts(project)
    assert "what shell reads cannot be seen" in got.pop("notes")
    assert got == {**of_file, "prices": "same code", "child": "same code", "shell": "raced"}
    project.write("prices.json", "[1 ]")
    project.commit("a file of figures")
    got = verdicts(
        project, "--command", "prices=python -m prices", "--command", "child=python child.py"
    )
    assert got == {"prices": "raced", "child": "same code", "notes": ""}
    project.write("src/late.py", "LATE = 1")
    project.commit("what only a child imports")
    got = verdicts(
        project, "--command", "prices=python -m prices", "--command", "child=python child.py"
    )
    assert got == {"prices": "same code", "child": "raced", "notes": ""}
    capsys.readouterr()
    assert verdicts(project, "-k", "bench")["bench_total"] == "same code"
    assert "Nothing to race: 2 benchmarks read nothing that differs." in capsys.readouterr().out
    project.write("src/shop.py", "def total(rows): return 1\ndef double(figure): return 2\n")
    project.commit("what the file imports")
    got = verdicts(project, "-k", "bench")
    assert got == {"bench_total": "raced", "bench_double": "raced", "notes": ""}
    project.write("uv.lock", "")
    project.commit("other packages")
    got = verdicts(project, "-k", "bench_total")
    assert got == {
        "bench_total": "raced",
        "notes": "uv.lock differs, which may change every benchmark",
    }


@pytest.mark.processes
def test_tests_of_a_suite_are_seen_with_what_their_children_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "race", lambda *_: GateEvidence())
    project.git("rm", "-q", "benchmarks.py")
    body = "    benchmark(subprocess.run, [sys.executable, '-c', 'import late'], check=True)\n"
    project.write(
        "tests/test_late.py", f"import subprocess, sys\ndef test_late(benchmark):\n{body}"
    )
    project.write("src/late.py", "")
    project.write("README", "")
    project.commit("a suite")
    project.write("README", "read me")
    project.commit("nothing that anybody reads")
    name = "tests/test_late.py::test_late"
    assert verdicts(project)[name] == "same code"
    project.write("src/late.py", "LATE = 1")
    project.commit("what only a child imports")
    assert verdicts(project)[name] == "raced"


@pytest.mark.processes
def test_a_command_that_runs_the_owner_s_own_tree_is_refused(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    # As a module that an editable install finds, and the checkout's `paths` do not.
    project.write("deep/shop2.py", "print(1)\n")
    project.commit("elsewhere")
    project.commit("and nothing else")
    line = f"python -c \"import sys; sys.path.append('{project.folder}/deep'); import shop2\""
    assert main(["gate", "--base", "HEAD~1", "--command", line]) == 2
    assert "which is of your own tree and on neither side" in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.processes
def test_what_python_reads_is_noted_and_another_sitecustomize_still_runs(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/sitecustomize.py").write_text("import builtins\nbuiltins.THEIRS = 1\n")
    (tmp_path / "mine.py").write_text("def one(): pass\n")
    (tmp_path / "data.txt").write_text("")
    program = (
        "import os, sys, mine, sqlite3, subprocess\n"
        "assert THEIRS == 1\n"
        "assert 'theirs' in sys.modules['sitecustomize'].__file__\n"
        "assert not [path for path in sys.path if 'watched' in path]\n"
        "open('data.txt').close(); open('out.txt', 'w').close(); open('in.txt', 'a').close()\n"
        "sqlite3.connect('rows.db').close()\n"
        "try: open('gone.txt')\nexcept OSError: pass\n"
    )
    for _ in range(2):  # the second time from the compiled file
        notes = tmp_path / "notes"
        notes.unlink(missing_ok=True)
        paths = os.pathsep.join((str(tmp_path / "theirs"), str(tmp_path)))
        watched = opened_files.watched({**os.environ, "PYTHONPATH": paths}, notes)
        subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=watched, check=True)
        noted = opened_files.read(notes)
        assert noted[0].isdecimal()
        files = opened_files.of_checkout(noted, tmp_path, tmp_path)
        assert files == {"mine.py", "data.txt", "rows.db", "in.txt", "theirs/sitecustomize.py"}


def benchmark(*loaded: set[str]) -> Benchmark:
    contestants = tuple(Contestant(name=side, model="sync") for side in ("base", "head"))
    scenario = Scenario(suite="gate", workload="own", tasks=1, concurrency=1, label="b")
    by_side = {
        side: frozenset(files) for side, files in zip(("base", "head"), loaded, strict=False)
    }
    return Benchmark(name="b", scenario=scenario, contestants=contestants, loaded=by_side)


@pytest.mark.parametrize(
    ("base", "head", "touched"),
    [
        ({"a.py"}, {"a.py"}, False),
        ({"a.py"}, {"b.py"}, True),  # head reads another file, which differs
        ({"a.py"}, set(), True),  # nobody has looked
        ({"a.py", "../lib/c.py"}, {"a.py"}, True),  # beside the project's folder
        ({"a.py", "data/rows/x.csv"}, {"a.py"}, True),  # in a submodule of another commit
        ({"a.py", "../kept/x.csv"}, {"a.py"}, False),  # in one of the same
        ({"a.py", "fast.so"}, {"a.py"}, True),  # built, of sources that nobody saw
        ({"a.py", "shop.egg-info/PKG-INFO"}, {".pytest_cache/v/lastfailed", "a.py"}, False),
    ],
)
def test_a_benchmark_is_touched_by_what_it_reads(
    base: set[str], head: set[str], *, touched: bool
) -> None:
    there = frozenset({"part/a.py", "part/b.py", "lib/c.py", "part/data/rows", "kept"})
    difference = Difference(
        paths=frozenset({"part/b.py", "lib/c.py", "part/data/rows"}),
        there={"base": there, "head": there},
        project=PurePath("part"),
    )
    assert difference.touches(benchmark(base, head)) == touched
    assert difference.of_all() is None
