"""How rounds of functions are sized, and whether functions do the same: worked out by hand."""

from __future__ import annotations

import pytest

from waitbench.api.alone import differing, sizes
from waitbench.user_code.answers import VARIES, Answers


@pytest.mark.parametrize(
    ("calls_ns", "items", "concurrency", "tasks", "calls"),
    [
        ([1_000, 2_000], 1, 1, 10, 1000),  # a task of the faster is 1 ms, a round of the slower 20
        ([1_000, 2_000], 3, 1, 12, 1000),  # 12,000 calls are 4,000 of each item, 10,000 are not
        ([5_000_000, 50_000_000], 1, 1, 1, 1),
        ([5_000_000, 50_000_000], 4, 1, 4, 1),  # 4 times 50 ms is short enough to have all items
        ([5_000_000, 50_000_000], 9, 1, 1, 1),  # 9 times 50 ms is not
        ([5_000_000, 5_000_000], 1, 8, 8, 1),  # as many tasks as are to be at once
    ],
)
def test_a_task_takes_a_millisecond_and_a_round_has_each_item_equally_often(
    calls_ns: list[float], items: int, concurrency: int, tasks: int, calls: int
) -> None:
    assert sizes(calls_ns, items, concurrency) == (tasks, calls)


def test_functions_differ_where_both_are_sure_of_one_item() -> None:
    first = Answers(prints={"0": "x", "1": VARIES, "2": "z"})
    alike = Answers(prints={"0": "x", "1": "q", "3": "w"})
    other = Answers(prints={"0": "x", "2": "y"})
    assert differing({"a": first, "b": alike}) is None
    assert differing({"a": first, "b": alike, "c": other}) == ("a", "c", 2)
