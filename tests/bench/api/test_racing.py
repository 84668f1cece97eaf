"""Races of functions, from a script as a user writes it: one process that tries them all."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import waitbench
from tests.readme import CHECKOUT
from tests.test_docs import code
from waitbench.system.checkout import import_path

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes

SCRIPT = """
import sys
import waitbench
from beside import quick

ITEMS = [[3, 1, 2], [9, 8]]

def few(item):
    return sorted(item)

def many(item):
    for _ in range(40):
        result = sorted(item)
    return result

def mirrored(item):
    return sorted(item)[::-1]

def changing(item):
    item.sort()
    return item

def lazy(item):
    yield from sorted(item)

def failing(item):
    raise ValueError("no\\nway")

async def awaited():
    return 1

async def awaited_too():
    return 1

def refused(*functions, **options):
    try:
        waitbench.race(list(functions), seconds=1, quiet=True, **options)
    except waitbench.BenchError as why:
        print(why)

if __name__ == "__main__":
    run = waitbench.race([few, many], items=ITEMS, seconds=2, launches=2, seed=7, quiet=True)
    # Two launches beside other work may leave even a fortyfold difference open.
    print(run["functions"]["many"].verdict in {"slower", "undecided"}, run.seed)
    print(run["functions"].fastest.model)
    run.save("raced.json")
    loops = waitbench.race({"a": awaited, "b": awaited_too}, seconds=1, launches=2, quiet=True)
    print(sorted(row.model for row in loops.rows if row.wall_ns))
    both = waitbench.race([quick, len], items=["ab"], models=["sync", "threads"], concurrency=2,
                          seconds=1, launches=2, name="lengths", quiet=True)
    print([row.model for row in both["lengths"].rows])
    refused(few, mirrored, items=ITEMS)
    refused(few, changing, items=ITEMS)
    refused(few, lazy, items=ITEMS)
    refused(few, failing, items=ITEMS)
    refused(few, many)
    refused(few, many, items=[])
    refused(awaited, awaited_too, models=["threads"])
    refused(few, many, models=["nobody"])
"""
SAID = """True 7
few
['a', 'b']
['quick/sync', 'quick/threads', 'len/sync', 'len/threads']
few and mirrored give different results for [
changing changes what it is called with
lazy: it gives back a generator
failing: ValueError: no way
few: TypeError: few() missing 1 required positional argument: 'item'
items is empty
awaited is a coroutine function, and threads runs the other kind
there is no model named 'nobody'; there are """.splitlines()


def python(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script from the folder above it, as one does."""
    return subprocess.run(
        [sys.executable, f"{folder.name}/{script}"],
        cwd=folder.parent,
        env={**os.environ, "PYTHONPATH": import_path()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_functions_of_a_script_are_raced_or_refused_in_a_line(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "script.py").write_text(SCRIPT)
    (folder / "beside.py").write_text("def quick(word):\n    return len(word)\n")
    done = python(folder, "script.py")
    lines = done.stdout.splitlines()
    assert len(lines) == len(SAID), done.stdout + done.stderr
    for line, begins in zip(lines, SAID, strict=True):
        assert line.startswith(begins)

    saved = tmp_path / "raced.json"
    run = waitbench.load(saved)
    row = run["functions/functions"]["many"]
    assert row.times_faster is not None
    assert row.times_faster.value < 1
    assert row.call_ns is not None
    assert run.findings == ()
    assert "call" in str(run)
    assert "seed=7)" in str(run)
    document = json.loads(saved.read_text())
    assert str(tmp_path) not in saved.read_text()
    assert {each["params"]["model"] for each in document["benchmarks"]} == {"few", "many"}
    listed = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "compare", str(saved)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "functions-many" in listed.stdout


def test_the_script_of_the_docs_races_two_functions(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    text = code(CHECKOUT / "docs" / "api.md", "python")[2]
    assert text.startswith('"""words.py')
    (folder / "words.py").write_text(text.replace("seconds=5", "seconds=1"))
    done = python(folder, "words.py")
    said = r"ns a call, (slower|undecided) than joined: \("
    assert re.search(said, done.stdout), done.stderr
    assert (tmp_path / "words.json").is_file()
    models = code(CHECKOUT / "docs" / "api.md", "python")[3]
    (folder / "models.py").write_text(models.replace("seconds=5", "seconds=1, launches=2"))
    done = python(folder, "models.py")
    assert "mixed-10ms-5000-n16-c8" in done.stdout, done.stderr
    assert "faster than sync" in done.stdout


def test_a_script_that_races_where_it_is_imported_is_told_so(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "script.py").write_text(
        "import waitbench\ndef a(): return 1\ndef b(): return 1\n"
        "waitbench.race([a, b], seconds=1)\n"
    )
    done = python(folder, "script.py")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "calls waitbench.race where it is imported" in last
    assert '`if __name__ == "__main__":`' in last
