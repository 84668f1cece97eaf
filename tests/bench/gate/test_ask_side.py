"""How sides are asked for their benchmarks: at once, and with nothing left where one fails."""

import sys
from pathlib import Path
from textwrap import dedent

import psutil
import pytest

from waitbench.gate.ask_side import ask, ask_each
from waitbench.gate.benchmark import Side
from waitbench.scenario import BenchError
from waitbench.system.checkout import import_path

pytestmark = pytest.mark.processes

MEET = """
import json, pathlib, sys, time
pathlib.Path(sys.argv[1]).touch()
ends_s = time.monotonic() + 30
while not all(pathlib.Path(name).exists() for name in ("base", "head")):
    assert time.monotonic() < ends_s, "the other was not asked meanwhile"
    time.sleep(0.01)
print(json.dumps(sys.argv[1]))
"""


def side(name: str, folder: Path, python: str = sys.executable) -> Side:
    return Side(name=name, root=folder, python=python)


def test_both_are_asked_at_once(tmp_path: Path) -> None:
    sides = [side("base", tmp_path), side("head", tmp_path)]
    assert ask_each(sides, "", lambda each: ["-c", MEET, each.name]) == ["base", "head"]


def test_where_one_cannot_be_asked_the_other_is_gone_too(tmp_path: Path) -> None:
    sides = [side("base", tmp_path), side("head", tmp_path, python="/nowhere/python")]
    before = {child.pid for child in psutil.Process().children()}
    with pytest.raises(BenchError, match="head needs the interpreter /nowhere/python"):
        ask_each(sides, "", lambda _side: ["-c", "import time; time.sleep(60)"])
    assert {child.pid for child in psutil.Process().children()} <= before


def test_a_side_that_is_told_of_a_server_speaks_of_those_alone_that_want_one(
    tmp_path: Path,
) -> None:
    text = """
        def bench_alone():
            raise RuntimeError("not of interest now")
        def bench_served(target):
            return target.startswith("http://")
        """
    (tmp_path / "benchmarks.py").write_text(dedent(text))
    listing = ("-m", "waitbench.gate.listing", str(tmp_path / "benchmarks.py"), str(tmp_path))
    away = str(tmp_path / "away")
    asked = side("head", tmp_path)
    first = ask(asked, import_path(), *listing, "", away)["benchmarks"]
    assert (first["bench_served"]["wants_target"], first["bench_served"]["seconds"]) == (True, None)
    assert "not of interest now" in first["bench_alone"]["failure"]
    then = ask(asked, import_path(), *listing, "", away, "http://127.0.0.1:9")["benchmarks"]
    assert list(then) == ["bench_served"]
    assert then["bench_served"]["seconds"] > 0
