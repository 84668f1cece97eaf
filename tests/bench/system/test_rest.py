"""A round begins when the workers before it rest."""

from collections.abc import Iterable

import pytest

from waitbench.system import rest


@pytest.mark.parametrize(
    ("spent_us", "looks"),
    [
        ([0, 0], 1),
        ([0, 2000, 4000, 4100, 4100], 3),  # of 2 ms all, all, and a twentieth
        (range(0, 10_000_000, 2000), rest.LOOKS),  # it never rests
    ],
)
def test_it_waits_until_nobody_computes_any_more(
    monkeypatch: pytest.MonkeyPatch, spent_us: Iterable[int], looks: int
) -> None:
    spent = iter(spent_us)
    slept: list[float] = []
    monkeypatch.setattr(rest, "tree_of_ns", lambda _: next(spent) * 1000)
    monkeypatch.setattr("waitbench.system.rest.time.sleep", slept.append)
    rest.wait_for_rest([7])
    assert slept == [rest.LOOK_S] * looks
