"""The last screen of a gate: how sure it is, and what ran the sides."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.bench.gate.outcomes import SAME, SLOWER, UNDECIDED, outcome
from waitbench.gate import closing, interpreters
from waitbench.gate.benchmark import Side
from waitbench.gate.outcome import BASE_INTERPRETER, Outcome, Result
from waitbench.scenario import BenchError
from waitbench.services import other_python

if TYPE_CHECKING:
    from pathlib import Path

HERE = {"cpu": "AMD EPYC", "cores": 2, "python": "3.14.1", "implementation": "CPython"}


def said(gate: Outcome, word: str) -> str:
    return next(line.text for line in closing.lines(gate) if line.word == word)


@pytest.mark.parametrize(
    ("results", "sure"),
    [
        (
            (replace(UNDECIDED, pairs=1),),
            "nothing yet: 1 fresh pair of processes, of 4 that a verdict needs",
        ),
        ((replace(SAME, pairs=6), replace(SLOWER, pairs=40)), "99 % over 6 to 40 fresh pairs of"),
        ((SAME,), "99 % over 10 fresh pairs of processes"),
    ],
)
def test_too_few_pairs_are_sure_of_nothing(results: tuple[Result, ...], sure: str) -> None:
    assert sure in said(outcome(*results), "Sure")


def test_the_machine_s_line_names_the_interpreters_that_ran() -> None:
    both = HERE | {BASE_INTERPRETER: {"python": "3.11.7", "implementation": "CPython"}}
    assert "AMD EPYC, 2 cores, CPython 3.14.1" in said(outcome(SAME, environment=HERE), "Machine")
    assert "CPython 3.14.1, base under CPython 3.11.7" in said(
        outcome(SAME, environment=both), "Machine"
    )


def test_what_both_interpreters_have_is_said_once() -> None:
    build = {"gil": True, "profile_guided": False}
    base = build | {"python": "3.11.7", "implementation": "CPython"}
    both = HERE | build | {BASE_INTERPRETER: base}
    machine = said(outcome(SAME, environment=both), "Machine")
    assert ", with the GIL, not an optimised build, base under CPython 3.11.7, " in machine
    free = both | {BASE_INTERPRETER: base | {"gil": False, "profile_guided": True}}
    machine = said(outcome(SAME, environment=free), "Machine")
    assert "base under CPython 3.11.7, without the GIL, optimised build, " in machine


def test_both_sides_under_one_interpreter_are_described_once(tmp_path: Path) -> None:
    side = Side(name="head", root=tmp_path, python=sys.executable, programs=(), top=tmp_path)
    assert interpreters.facts([replace(side, name="base"), side]) == other_python.own().facts


def test_of_an_interpreter_that_cannot_run_this_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(python: str) -> NoReturn:
        raise BenchError(python)

    monkeypatch.setattr(other_python, "lent", refused)
    old = Side(name="base", root=tmp_path, python="/bin/false", programs=(), top=tmp_path)
    head = Side(name="head", root=tmp_path, python=sys.executable, programs=(), top=tmp_path)
    facts = interpreters.facts([old, head])
    assert facts["python"] == other_python.own().facts["python"]
    assert set(facts[BASE_INTERPRETER].values()) == {None}
    assert "base under" not in said(outcome(SAME, environment=facts), "Machine")
