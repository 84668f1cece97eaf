"""What results come to: the exit status, and the change in the words of people."""

from dataclasses import replace

import pytest

from tests.bench.gate.outcomes import (
    BASE_FAILED,
    BOTH_FAILED,
    FAILED,
    NEW,
    SAME,
    SLOWER,
    UNDECIDED,
    UNMEASURED,
    VANISHED,
    outcome,
    ratio,
)
from waitbench.gate import sentences
from waitbench.gate.outcome import Result


@pytest.mark.parametrize(
    ("results", "plain", "strict"),
    [
        ((SAME, NEW), 0, 0),
        ((SAME, SLOWER), 1, 1),
        ((SAME, UNDECIDED), 0, 3),
        ((FAILED,), 2, 2),
        ((FAILED, SLOWER), 1, 1),
        ((BASE_FAILED, SAME), 0, 3),
        ((UNDECIDED, SLOWER), 1, 1),
    ],
)
def test_the_status_says_what_a_script_must_know(
    results: tuple[Result, ...], plain: int, strict: int
) -> None:
    gate = outcome(*results)
    assert (gate.status(), gate.status(strict=True)) == (plain, strict)


OVERDUE = replace(
    FAILED, name="bench_long", notes=("head: did not answer within 60 s and was stopped",)
)
WIDE = replace(UNDECIDED, name="bench_wide", ratio=ratio(1.0, 0.6, 1.8))


@pytest.mark.parametrize(
    ("results", "plain"),
    [
        ((UNDECIDED,), 3),  # all of it
        ((UNDECIDED, NEW), 3),
        ((SAME, UNDECIDED), 0),  # -6.5 to +11.1 %
        ((SAME, WIDE), 3),  # head takes 44 % less to 67 % more: half of that is 55 %
        ((SAME, UNMEASURED), 0),  # it was not raced, and is told as such
    ],
)
def test_a_gate_that_saw_too_little_is_no_success_unless_that_is_allowed(
    results: tuple[Result, ...], plain: int
) -> None:
    gate = outcome(*results)
    assert gate.status() == plain
    assert gate.status(allow_undecided=True) == 0
    assert ("--allow-undecided" in sentences.headline(gate)) == (plain == 3)


@pytest.mark.parametrize(
    ("results", "plain", "allowed"),
    [
        ((NEW,), 2, 0),
        ((VANISHED, NEW), 2, 0),
        ((UNMEASURED, NEW), 2, 0),
        ((BASE_FAILED,), 2, 0),
        ((BOTH_FAILED,), 2, 0),
        ((BOTH_FAILED, SAME), 2, 0),  # others do not stand in for it
        ((FAILED,), 2, 2),  # head broke it: nobody can want that
        ((FAILED, SAME), 2, 2),
        ((VANISHED, SAME), 0, 0),
        ((BASE_FAILED, SAME), 0, 0),
        ((BOTH_FAILED, SLOWER), 1, 1),
    ],
)
def test_a_gate_that_compared_nothing_is_no_success(
    results: tuple[Result, ...], plain: int, allowed: int
) -> None:
    gate = outcome(*results)
    assert (gate.status(), gate.status(allow_empty=True)) == (plain, allowed)


def test_a_stopped_gate_is_no_success_but_what_is_slower_stays_slower() -> None:
    assert outcome(SAME, interrupted=True).status() == 130
    assert outcome(SLOWER, interrupted=True).status() == 1


def test_the_change_is_that_of_the_time_head_takes() -> None:
    # 0.8 times as fast takes 1 / 0.8 = 1.25 times as long; the ends turn round.
    assert sentences.change(SLOWER) == "+25.0 % [+22.0, +28.2]"
    assert SLOWER.head_ns == 2_500_000


def test_what_must_be_looked_at_comes_first() -> None:
    gate = outcome(SAME, NEW, UNDECIDED, FAILED, SLOWER)
    verdicts = [result.verdict for result in sentences.arranged(gate)]
    assert verdicts == ["slower", "failed", "undecided", "new", "same"]
    assert sentences.counts(gate) == "1 slower, 1 failed, 1 undecided, 1 new, 1 same"


@pytest.mark.parametrize(
    ("results", "sentence"),
    [
        ((SAME, SLOWER), "Slower: bench_total takes 25.0 % longer (1 of 2 benchmarks)."),
        ((SAME, UNDECIDED), "Nothing of 2 benchmarks was found to be slower, 1 of them undecided."),
        ((SAME,), "Nothing of 1 benchmark is slower."),
        ((NEW,), "Nothing was compared: none of 1 benchmark could be raced on both sides."),
        ((BOTH_FAILED,), "Failed: bench_lost; nothing was compared."),
        (
            (OVERDUE, SAME),
            "Stopped at its time limit: bench_long; nothing of 2 benchmarks is slower.",
        ),
        ((BOTH_FAILED, SAME), "Failed: bench_lost; nothing of 2 benchmarks is slower."),
    ],
)
def test_a_sentence_says_it_all(results: tuple[Result, ...], sentence: str) -> None:
    assert sentences.headline(outcome(*results)) == sentence
