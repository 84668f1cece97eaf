"""Benchmarks whose first call does other work than the rest, and their healthy twins."""

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.gate.projects import Project
from waitbench.cli import main
from waitbench.gate.first_calls import first_calls

HEAD = """
import functools
from collections import deque
from contextlib import contextmanager
ROWS = [(number * 7919) % 20_011 for number in range(20_000)]
"""
USED_UP = {
    "a list sorted in place": "def bench(): ROWS.sort()",
    "an iterator read to its end": "LINES = iter(ROWS)\ndef bench(): return sum(LINES)",
    "a memory": (
        "@functools.cache\ndef total(): return sum(row * 2 for row in ROWS)\n"
        "def bench(): return total()"
    ),
    "a queue emptied": (
        "@contextmanager\ndef bench():\n    queue = deque(ROWS)\n    def drain():\n"
        "        while queue: queue.popleft()\n    yield drain"
    ),
    "a file that stays at its end": (
        "import io\nFILE = io.StringIO('word ' * 200_000)\n"
        "def bench(): return len(FILE.read().split())"
    ),
}
OWN_MODULE = """
import functools
ROWS = list(range(30_000))
@functools.lru_cache
def price(item): return sum(row * item for row in ROWS)
def consume():
    while ROWS: ROWS.pop()
def total(item): return sum(row * item for row in ROWS)
"""
ELSEWHERE = {
    "a memory of the project's own module": ("def bench(): return mine_shop.price(3)", True),
    "rows of it that are used up": ("def bench(): return mine_shop.consume()", True),
    "an awaited memory": ("async def bench(): return mine_shop.price(3)", True),
    "no memory": ("def bench(): return mine_shop.total(3)", False),
    "an awaited one without": ("async def bench(): return mine_shop.total(3)", False),
}
HEALTHY = {
    "a sum": "def bench(): return sum(row * 2 for row in ROWS)",
    "a sorted copy": "def bench(): return sorted(ROWS)",
    "an import within": "def bench():\n    import decimal\n    return decimal.Decimal(1) + 1",
    "an iterator made anew": (
        "@contextmanager\ndef bench():\n    rows = list(ROWS)\n    yield lambda: sum(iter(rows))"
    ),
    "a short call": "def bench(): return 1 + 1",
}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before, here = list(sys.path), Path.cwd()
    yield
    sys.path[:] = before
    os.chdir(here)
    sys.modules.pop("waitbench_own", None)


def first(folder: Path, text: str) -> object:
    file = folder / "mine.py"
    file.write_text(HEAD + text.replace("def bench(", "def bench_it("))
    return first_calls(str(file), str(folder), ["bench_it"]).get("bench_it")


@pytest.mark.parametrize("kind", USED_UP)
def test_a_first_call_that_uses_its_input_up_is_seen(tmp_path: Path, kind: str) -> None:
    assert first(tmp_path, USED_UP[kind]) is not None


@pytest.mark.parametrize("kind", HEALTHY)
def test_a_first_call_like_the_rest_is_none(tmp_path: Path, kind: str) -> None:
    assert first(tmp_path, HEALTHY[kind]) is None


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_what_the_project_s_own_modules_keep_counts(tmp_path: Path, kind: str) -> None:
    (tmp_path / "mine_shop.py").write_text(OWN_MODULE)
    sys.path.insert(0, str(tmp_path))
    text, remembers = ELSEWHERE[kind]
    try:
        importlib.import_module("mine_shop").price(3)  # as if it had been described before
        assert (first(tmp_path, f"import mine_shop\n{text}") is not None) is remembers
    finally:
        sys.modules.pop("mine_shop", None)


def test_a_file_that_cannot_be_loaded_twice_is_let_be(tmp_path: Path) -> None:
    once = "import builtins\nassert not hasattr(builtins, 'seen')\nbuiltins.seen = 1\n"
    try:
        assert first(tmp_path, once + USED_UP["a list sorted in place"]) is None
    finally:
        del __import__("builtins").seen


ORDER = """
import shop
def rows():
    return [(number * 7919) % 2_003 for number in range(2_000)]
SHARED = rows()
def bench_shared():
    shop.order(SHARED)
def bench_fresh(rows):
    shop.order(rows)
bench_fresh.fresh = rows
"""
FAST = "def order(rows):\n    rows.sort()\n"
SLOW = """
def order(rows):
    if rows != sorted(rows):
        for _ in range(20):
            rows[:] = sorted(rows, key=lambda row: -row)
    rows.sort()
"""


@pytest.mark.processes
@pytest.mark.usefixtures("quick")
def test_a_fresh_input_finds_what_a_shared_one_hides_with_a_note(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("benchmarks.py", ORDER)
    project.write("src/shop.py", FAST)
    project.commit("fast")
    project.write("src/shop.py", SLOW)
    project.commit("slow for what is unordered")
    assert main(["gate", "--seed", "1", "--minutes", "1", "--base", "HEAD~1"]) == 1
    printed = " ".join(capsys.readouterr().out.split())
    assert "bench_fresh takes" in printed or "2 of 2" in printed
    assert "bench_shared: its first call does other work than the rest" in printed
    assert "bench_fresh: its first call" not in printed
