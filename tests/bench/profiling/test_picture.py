from __future__ import annotations

from dataclasses import replace

import altair as alt
import pytest

from tests.bench.profiling.lanes import RECV, SEND, TASK, WORK, lane, profile, stack
from waitbench.presentation.vega import drawn
from waitbench.profiling.picture import draw

SENDS = stack(TASK, WORK, SEND)
SYNC = profile(lane({stack(TASK, WORK, SEND, RECV): 180, SENDS: 20}, cpu_ms=20), model="sync")
THREADS = profile(*[lane({SENDS: 200}, cpu_ms=50)] * 4)


def test_the_bars_are_the_shares_and_fill_the_scale() -> None:
    picture = draw([SYNC, THREADS])
    assert picture is not None
    facts = picture.spec["data"]["values"]
    parts = {(fact["model"], fact["kind"]): (fact["begin"], fact["end"]) for fact in facts}
    assert parts["sync", "library"] == pytest.approx((0, 10))
    assert parts["sync", "waiting"] == pytest.approx((10, 100))
    assert parts["threads", "library"] == pytest.approx((0, 25))
    assert parts["threads", "blocked"] == pytest.approx((25, 100))


def test_a_scenario_of_two_suites_has_a_field_in_each_with_its_own_bars() -> None:
    picture = draw([replace(SYNC, suite="one"), replace(THREADS, suite="other")])
    assert picture is not None
    titles = [field["title"]["text"] for field in picture.spec["concat"]]
    assert titles == ["one: http-20ms-n10-c4", "other: http-20ms-n10-c4"]
    wanted = [field["transform"][0]["filter"]["equal"] for field in picture.spec["concat"]]
    facts = picture.spec["data"]["values"]
    assert [
        {fact["model"] for fact in facts if fact["scenario"] == scenario} for scenario in wanted
    ] == [*({"sync"}, {"threads"})]


def test_it_is_valid_and_can_be_drawn() -> None:
    picture = draw([SYNC, THREADS])
    assert picture is not None
    alt.Chart.from_dict(dict(picture.spec))
    assert drawn(picture, "svg") == drawn(picture, "svg")
    assert picture.caption == "In http-20ms-n10-c4, threads computes most: 25 % of its time."


def test_nothing_profiled_is_no_picture() -> None:
    assert draw([]) is None
    assert draw([profile()]) is None
