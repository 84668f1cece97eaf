"""The trial by thousands of faults: its rules see what is wrong, and a part of it holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.proof.faults import odd, page, rules
from tests.proof.faults.trial import Ending, Outcome, Trial

CHECKOUT = Path(__file__).parents[3]
RIGHT = Ending(status=2, complaint=b"waitbench: there is no such thing\n")


def trial(**more: Any) -> Trial:
    return Trial(area="an area", words=("report", "x.json"), **more)


def ending(**more: Any) -> Ending:
    return Ending(**{"status": 0, **more})


@pytest.mark.parametrize("good", [RIGHT, ending(), ending(output="größer\n".encode())])
def test_an_ending_that_is_right_has_no_fault(good: Ending) -> None:
    assert rules.faults(trial(), good) == ()


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (ending(status=1), "status 1, right are [0, 2]"),
        (ending(status=-9, hung=True), "it did not end within 60 s"),
        (ending(output=b"Traceback (most recent call last)\n"), "a traceback"),
        (ending(status=2), "0 lines say what is wrong"),
        (ending(status=2, complaint=b"one\ntwo\n"), "2 lines say what is wrong"),
        (ending(processes=("python -m x",)), "a process was left: python -m x"),
        (ending(left=("tmp/x",)), "left behind: tmp/x"),
        (ending(output=b"\x1b]0;title\x07"), r"'\x1b' stands in the output"),
        (ending(made={"x.md": "\u202e".encode()}), r"'\u202e' stands in x.md"),
        (ending(made={".x.1.part": b"half"}), "a half-written file was left: .x.1.part"),
        (ending(made={"x.json": b"{"}), "the older x.json is no whole file now"),
        (ending(made={"x.json": b""}), "the older x.json is empty now"),
    ],
)
def test_what_is_wrong_with_an_ending_is_named(wrong: Ending, fault: str) -> None:
    assert rules.faults(trial(older="x.json"), wrong)[0].startswith(fault)


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        ({}, "nothing was kept"),
        ({"out.json": b'{"waitbench": {"interrupted": false}}'}, "the results do not say"),
    ],
)
def test_a_stopped_run_that_kept_nothing_is_at_fault(made: dict[str, bytes], fault: str) -> None:
    stopped = ending(status=130, complaint=b"stopped on request", made=made)
    (found,) = rules.faults(trial(statuses=frozenset({130}), kept="out.json"), stopped)
    assert found.startswith(fault)


def test_the_same_seed_spoils_a_file_in_the_same_way() -> None:
    whole = {"a": [1, {"b": "text"}], "c": None}
    first, again = ([odd.spoilt(whole, Random(seed)) for seed in range(50)] for _ in range(2))
    assert first == again
    assert len(set(first)) > 30


def test_the_page_counts_by_area_and_names_what_failed(tmp_path: Path) -> None:
    held = Outcome(area="one", title="a", faults=(), took_s=1.0)
    failed = Outcome(area="two", title="waitbench `b`", faults=("a traceback",), took_s=2.5)
    text = page.write(tmp_path, [held, held, failed], 7, "abc")
    assert "**1 of 3 failed.**" in text
    assert "| one | 2 | 0 | 1.0 | 7 |" in text
    assert "| two | 1 | 1 | 2.5 | 7 |" in text
    assert "- `waitbench 'b'`\n  - a traceback" in text
    mended = Outcome(area="two", title="waitbench `b`", faults=(), took_s=1.5)
    again = page.write(tmp_path, [mended], 8, "abd")
    assert "**0 of 3 failed.**" in again
    assert "| one | 2 | 0 | 1.0 | 7 |" in again
    assert "| two | 1 | 0 | 1.5 | 8 |" in again


@pytest.mark.processes
def test_a_part_of_the_trial_holds() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.proof.faults", "--short"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert " tried, 0 failed" in done.stderr
