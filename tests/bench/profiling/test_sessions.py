from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.bench.profiling.lanes import RECV, SEND, TASK, WORK, lane, profile, stack
from waitbench.perfmodel.demand import Demand
from waitbench.profiling.files import SUFFIXES
from waitbench.profiling.own_files import OURS
from waitbench.profiling.profile import Lane, Profile
from waitbench.scenario import BenchError

pytest.importorskip("pyinstrument", reason="needs pyinstrument, which has no wheel for Python 3.15")
from pyinstrument.session import Session

from waitbench.profiling.sessions import session, written

WAITS, SENDS = stack(TASK, WORK, SEND, RECV), stack(TASK, WORK, SEND)
PROFILE = profile(lane({WAITS: 60, SENDS: 40}, cpu_ms=40))


def test_pyinstrument_reads_what_is_written_for_it() -> None:
    session = Session.from_json(json.loads(written(PROFILE, "json")))
    assert session.duration == pytest.approx(0.1)
    root = session.root_frame()
    assert root is not None
    assert root.time == pytest.approx(0.1)
    assert root.function == "timed"


def test_speedscope_has_the_shape_that_its_viewer_wants() -> None:
    form = json.loads(written(PROFILE, "speedscope"))
    assert form["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    names = [frame["name"] for frame in form["shared"]["frames"]]
    assert "send" in names
    events = form["profiles"][0]["events"]
    assert {event["type"] for event in events} == {"O", "C"}
    assert all(0 <= event["frame"] < len(names) for event in events)
    assert events[-1]["at"] == pytest.approx(0.1)


def test_text_and_page_name_the_functions() -> None:
    assert "send" in written(PROFILE, "text")
    page = written(PROFILE, "html")
    assert page.lstrip().lower().startswith("<!doctype html")
    assert "sessions.py" in page


def test_every_format_has_an_ending_and_another_is_refused() -> None:
    assert set(SUFFIXES) == {"text", "html", "speedscope", "json"}
    with pytest.raises(BenchError, match="no format 'svg'; there are text, html"):
        written(PROFILE, "svg")


def test_a_lane_survives_its_json_form() -> None:
    original = PROFILE.lanes[0]
    assert Lane.read(json.loads(json.dumps(original.form()))) == original


def test_a_profile_survives_its_json_form_and_one_of_before_is_read() -> None:
    original = replace(PROFILE, demand=Demand(waits_ns=6e6, held_ns=3e6, free_ns=1e6))
    form = json.loads(json.dumps(original.form()))
    assert Profile.read(form) == original
    del form["demand"]
    assert Profile.read(form) == PROFILE


def test_what_started_a_lane_is_left_out_so_that_lanes_lie_upon_each_other() -> None:
    """The same work in two threads is one function; the harness at a round's edge is nothing."""
    watched = ("watched", f"{OURS}profiling/lanes.py")
    edge = ("say", f"{OURS}race/worker.py")
    lanes = [
        lane(
            {
                stack((name, "<thread>"), watched, TASK, WORK): 50,
                stack((name, "<thread>"), watched, edge): 10,
            }
        )
        for name in ("one", "other")
    ]
    root = session(profile(*lanes)).root_frame()
    assert root is not None
    assert root.function == "timed"
    assert root.time == pytest.approx(0.1)
