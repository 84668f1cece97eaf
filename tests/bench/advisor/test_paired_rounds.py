"""Rounds between calls alone: ratios worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from waitbench.advisor.paired_rounds import Round, paired

if TYPE_CHECKING:
    from collections.abc import Iterator

CALM = Round(each_ns=1, calm=True)


def test_a_round_is_counted_in_calls_alone_right_before_and_after() -> None:
    alone = iter([Round(each_ns=4, calm=True), Round(each_ns=9, calm=True)])
    several = Round(each_ns=3, calm=True, cpu_ns=5)
    ((key, round_),) = paired(["threads"], lambda _: several, lambda: next(alone))
    # Between 4 and 9 ns lie 6, of which 3 are half.
    assert (key, round_.cpu_ns) == ("threads", 5)
    assert round_.each_ns == pytest.approx(0.5)


@pytest.mark.parametrize("busy", [0, 1, 2])
def test_a_round_is_calm_where_both_of_its_neighbours_are_too(busy: int) -> None:
    before, several, after = (Round(each_ns=1, calm=number != busy) for number in range(3))
    alone = iter([before, after])
    ((_, round_),) = paired(["threads"], lambda _: several, lambda: next(alone))
    assert not round_.calm


def test_who_is_next_is_asked_for_when_the_last_round_is_known() -> None:
    rounds: list[str] = []

    def until_two() -> Iterator[str]:
        while len(rounds) < 2:
            yield "threads"

    for key, _ in paired(until_two(), lambda _: CALM, lambda: CALM):
        rounds.append(key)
    assert rounds == ["threads", "threads"]


def test_a_round_that_failed_is_left_out() -> None:
    rounds = paired("ab", lambda key: None if key == "a" else CALM, lambda: CALM)
    assert [key for key, _ in rounds] == ["b"]
