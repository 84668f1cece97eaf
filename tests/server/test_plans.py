from __future__ import annotations

import pytest

from waitbench_server.plan import Plan
from waitbench_server.plans import Plans
from waitbench_server.problem import Problem


def test_a_draw_is_split_off_so_that_the_plan_is_found_again() -> None:
    plans = Plans(Plan())
    found_plans = [
        plans.find(path)
        for path in (
            "/?latency=5ms&draw=1",
            "/?latency=5ms&draw=22",
            "/?draw=3&latency=5ms",
            "/?latency=5ms",
        )
    ]
    assert [number for _, number in found_plans] == [1, 22, 3, None]
    assert found_plans[0][0] is found_plans[1][0] is found_plans[3][0]
    assert found_plans[2][0].plan == found_plans[0][0].plan
    assert len(plans._known) <= 2


def test_how_many_plans_are_remembered_is_bounded() -> None:
    plans = Plans(Plan())
    for size in range(3_000):
        plans.find(f"/?size={size}&draw={size}")
    assert len(plans._known) == 1_024
    assert plans.find("/?size=2999")[0].plan.size == 2_999


def test_large_bodies_share_their_bytes() -> None:
    plans = Plans(Plan())
    bodies = [plans.find(f"/?size={size}")[0].body for size in (10_000_000, 12_000_000)]
    assert all(isinstance(body, memoryview) for body in bodies)
    assert bodies[0].obj is bodies[1].obj  # type: ignore[union-attr]  # asserted above


def test_a_request_overrides_the_defaults_and_no_more() -> None:
    plans = Plans(Plan(size=10, keepalive=False))
    plan = plans.find("/?size=20")[0].plan
    assert (plan.size, plan.keepalive) == (20, False)


def test_a_parameter_hidden_in_another_is_not_a_draw() -> None:
    with pytest.raises(Problem, match="xdraw: there is no such parameter"):
        Plans(Plan()).find("/?xdraw=1")
