"""What stands above every report: the answer, and on what it was measured, by which build, when."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from tests.bench.report.runs import usual, with_few_claims
from tests.bench.synthetic import record, scenario, shaken, summary, whole
from waitbench.findings import find_all
from waitbench.presentation import last_screen
from waitbench.report import closing, render, title

if TYPE_CHECKING:
    from pathlib import Path

DAY, PYTHON = "2026-11-22", "CPython 3.10"


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "latex"])
def test_every_report_for_people_names_day_python_and_machine(form: str, tmp_path: Path) -> None:
    with with_few_claims():
        made = usual(tmp_path)
        text = render(form, made, find_all(made))
    assert DAY in text
    assert PYTHON in text
    assert "Imagined CPU" in text


def test_the_reports_for_programs_do_so_too(tmp_path: Path) -> None:
    document = json.loads(render("json", usual(tmp_path), []))
    assert document["measured"].startswith(DAY)
    assert document["environment"]["python"] == "3.10"


def test_the_last_screen_names_them(tmp_path: Path) -> None:
    (machine,) = (
        line.text for line in closing.lines(usual(tmp_path), [], str) if line.word == "Machine"
    )
    assert DAY in machine
    assert PYTHON in machine


def test_of_several_machines_the_number_stands_above_the_report(tmp_path: Path) -> None:
    made = usual(tmp_path)
    assert made.run
    machine = {"name": "machine 1", "environment": made.environment}
    several = replace(made, run=replace(made.run, machines=(machine, machine)))
    assert " on 2 machines · Imagined CPU" in title.measured(several)
    assert " machines" not in title.measured(made)


def test_the_title_is_the_answer_or_else_the_question(tmp_path: Path) -> None:
    # 1,625 ms of sync over 52.8 of asyncio.
    assert "asyncio 30.7 times as fast as sync" in title.answer(summary(tmp_path, *whole()))
    alone = summary(tmp_path, record(scenario(), "asyncio", shaken(53)))
    assert title.answer(alone) == title.QUESTION


@pytest.mark.parametrize(
    ("facts", "build"),
    [
        ({"profile_guided": True, "compiler": "GCC 12"}, "optimised build"),
        ({"profile_guided": False}, "not an optimised build"),
        ({"profile_guided": True, "debug_build": True}, "debug build"),
        ({"profile_guided": None, "compiler": "GCC 12.2.0"}, "built by GCC 12.2.0"),
        ({}, ""),
    ],
)
def test_a_build_is_told_in_a_few_words(facts: dict[str, Any], build: str) -> None:
    assert last_screen.build(facts) == build


def test_the_title_names_whom_the_last_screen_names(tmp_path: Path) -> None:
    text = (
        "threads 10.4 times as fast as sync [5.34, 20.4] in http-10ms (but asyncio at least 16.7 "
        "times); asyncio 9.44 times as fast as sync [9.1, 9.8] in http-50ms"
    )
    line = last_screen.Line(word="Waiting", text=text)
    with patch.object(closing, "winners", return_value=[line]):
        assert title.answer(usual(tmp_path)) == (
            "Waiting: threads 10.4 times as fast as sync (but asyncio at least 16.7 times), "
            "asyncio 9.44 times as fast as sync"
        )
