from __future__ import annotations

import pytest

from tests.bench.profiling.lanes import LOOP, RECV, SEND, TASK, WORK, lane, profile, stack
from waitbench.profiling.hot_functions import grown, hottest

WAITS = stack(TASK, WORK, SEND, RECV)
SENDS = stack(TASK, WORK, SEND)
DIGESTS = stack(TASK, WORK, ("hashlib.sha256", "<built-in>"))


def test_the_hottest_functions_are_named_with_what_they_take_of_a_task() -> None:
    """100 ms of wall and 20 tasks in all: 40 ms in requests are 2 ms a task."""
    functions = hottest(profile(lane({WAITS: 40, SENDS: 40, DIGESTS: 20})))
    assert [function.name for function in functions] == [
        "requests/sessions.py send",
        "workloads/http.py run, in hashlib.sha256",
    ]
    assert [function.self_ns for function in functions] == [2e6, 1e6]
    assert [function.share for function in functions] == pytest.approx([2 / 3, 1 / 3])


def test_a_lane_without_tasks_is_not_hot() -> None:
    assert hottest(profile(lane({stack(LOOP): 100}))) == []


def test_what_grew_is_named_first_by_how_much() -> None:
    before = profile(lane({WAITS: 20, SENDS: 20, DIGESTS: 20}))
    after = profile(lane({WAITS: 60, SENDS: 22, DIGESTS: 40}), rounds=2)
    first, second = grown(before, after)[:2]
    assert first.name == "requests/sessions.py send, in socket.recv_into"
    assert (first.before_ns, first.after_ns, first.grown_ns) == (1e6, 3e6, 2e6)
    assert second.name == "workloads/http.py run, in hashlib.sha256"
    assert second.grown_ns == 1e6


def test_nothing_grew_between_a_side_and_itself() -> None:
    side = profile(lane({WAITS: 20, SENDS: 20}))
    assert grown(side, side) == []


def test_hot_is_what_had_a_core() -> None:
    """60 ms look like computing and 30 ms of CPU were had: half of each function's time counts."""
    functions = hottest(profile(lane({WAITS: 40, SENDS: 40, DIGESTS: 20}, cpu_ms=30)))
    assert [function.self_ns for function in functions] == [1e6, 0.5e6]


def test_a_module_of_the_standard_library_is_called_by_its_name() -> None:
    dumps = stack(TASK, WORK, ("dumps", "/usr/lib/python3.11/pickle.py"))
    assert [function.name for function in hottest(profile(lane({dumps: 10})))] == [
        "pickle.py dumps"
    ]
