"""How the comparison judges what a tool said, and writes it down."""

from typing import Any

import pytest

from tests.bench.doctor.compare.__main__ import _judged
from tests.bench.doctor.compare.page import page
from tests.bench.doctor.corpus import (
    FLOODS,
    HEALTHY,
    HOLDS,
    LIMITS,
    LINES,
    LOSSES,
    PAUSES,
    STALLS,
    faults,
)

(FAULT,) = faults("hold_sleep")


def output(*messages: str, held_ns: int | None = None) -> dict[str, Any]:
    return {"told": list(messages), "held_ns": held_ns, "error": None}


@pytest.mark.parametrize(
    ("message", "caught", "line"),
    [
        (f"/x/hold_sleep.py:{FAULT} took long", True, True),
        (f'File "/x/hold_sleep.py", line {FAULT}, in main', True, True),
        (f"/x/hold_sleep.py:{FAULT + 2} took long", True, False),
        (f"/x/another.py:{FAULT}", True, False),
    ],
)
def test_a_line_counts_if_any_message_names_it(message: str, *, caught: bool, line: bool) -> None:
    judged = _judged("hold_sleep", output(message), "")
    assert (judged["caught"], judged["line"]) == (caught, line)


def test_the_error_is_the_difference_from_what_the_program_measured() -> None:
    judged = _judged("hold_sleep", output("x", held_ns=101_500_000), "held 100000000\n")
    assert judged["off_ms"] == 1.5
    assert not _judged("hold_sleep", output(), "")["caught"]


def test_every_program_with_a_fault_marks_its_line() -> None:
    assert all(faults(name) for name in (*HOLDS, *STALLS, *FLOODS, *LINES, *LIMITS, *LOSSES))
    assert not any(faults(name) for name in PAUSES)
    assert not any(faults(name) for name in HEALTHY)


def test_the_page_counts_what_was_caught_and_compares_the_least_costs() -> None:
    caught = {"caught": True, "line": True, "off_ms": -0.5, "error": None}
    missed = {"caught": False, "line": False, "off_ms": None, "error": None}
    corpus = {
        "doctor": {
            "hold_a": caught,
            "hold_b": missed,
            "forget_c": caught,
            "healthy_d": missed,
            "pause_e": caught,
        }
    }
    rounds = [
        {"bare": dict.fromkeys(("step", "task", "request"), bare), "doctor": {"step": tool}}
        for bare, tool in ((1000, 1500), (2000, 2200))
    ]
    written = page({"asyncio, Python 3.11": {"corpus": corpus, "costs": rounds}})
    assert (
        "| doctor | 1 of 2 | 1 | 1 of 1 | 1 | 0 of 0 | 0 | 1 of 1 | 1 | 0 of 1 | 0.50 |" in written
    )
    # The least are 1,000 and 1,500; round by round it is 50 and 10 % more.
    assert "| doctor | +50 % [+10, +50] |" in written
