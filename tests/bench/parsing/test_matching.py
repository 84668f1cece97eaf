"""What `-k` chooses: as pytest reads it, or just a part of a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench.parsing.matching import matcher

NAMES = ("http-50ms/threads", "http-10ms/sync", "compute/sync", "test_sum[x and y]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (0, 1, 2, 3)),
        ("http", (0, 1)),
        ("HTTP", (0, 1)),
        ("http and sync", (1,)),
        ("http and not sync", (0,)),
        ("50ms or compute", (0, 2)),
        ("not (50ms or compute)", (1, 3)),
        ("compute or http and sync", (1, 2)),  # `and` binds closer
        ("not not compute", (2,)),
        ("test_sum[x", (3,)),
        ("sum[x and", (3,)),  # no expression: a part of the name
        ("sum[x  ", (3,)),
        ("(http", ()),
        (")", ()),
    ],
)
def test_names_are_chosen(text: str, expected: tuple[int, ...]) -> None:
    matches = matcher(text)
    assert tuple(number for number, name in enumerate(NAMES) if matches(name)) == expected


@given(st.text(alphabet="ab() andort", max_size=12), st.text(alphabet="ab() ", max_size=6))
def test_any_text_is_read_and_a_name_s_own_part_finds_it(text: str, name: str) -> None:
    assert matcher(text)(name) in {True, False}
    for word in name.replace("(", " ").replace(")", " ").split():
        assert matcher(word)(name)


def test_brackets_of_a_name_s_own_are_no_brackets_of_the_expression() -> None:
    assert matcher("call(1)")("bench_call(1)")
    assert not matcher("call(1)")("bench_call(2)")
