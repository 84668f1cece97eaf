"""Where the time went: worked out by hand, then checked on every model against the real target."""

import time

import pytest

from waitbench import registry
from waitbench.race.phases import phases_ns
from waitbench.results.phases import PHASES
from waitbench.scenario import Timestamps
from waitbench.services.target import Target


def test_the_parts_of_two_tasks_are_averaged() -> None:
    first = Timestamps(received_ns=130, sent_ns=190, queue_ns=5, asked_ns=50)
    # taken up at 110, there at 130, queue 5, hold 50, 5 late, sent 190, back at 200
    other = Timestamps(received_ns=240, sent_ns=300, queue_ns=0, asked_ns=50, answered_ns=320)
    # taken up at 230, there at 240, hold 50, 10 late, sent 300, read at 320, done at 400
    parts = phases_ns(100, [((110, 200, None), first), ((230, 400, None), other)])
    assert parts == {
        "waiting": 70,  # (10 + 130) / 2
        "sending": 15,
        "queue": 2,  # 2.5, to the even
        "asked": 50,
        "injection_error": 8,  # 7.5, to the even
        "return": 15,
        "post_processing": 40,
    }


def test_no_tasks_have_no_parts() -> None:
    assert phases_ns(0, []) == {}


MODELS = [
    pytest.param(name, marks=pytest.mark.skipif(reason is not None, reason=str(reason)))
    for name in registry.names("models")
    if name not in {"gevent", "rloop", "trio", "zuvloop"}  # patches; the same again; no `mixed`
    if not name.startswith("anyio")
    for reason in (registry.unavailable("models", name),)
]


@pytest.mark.processes
@pytest.mark.parametrize("model_name", MODELS)
@pytest.mark.parametrize("workload_name", ["http", "mixed"])
def test_the_parts_sum_to_the_whole_within_two_percent(model_name: str, workload_name: str) -> None:
    with Target() as target:
        workload = registry.load("workloads", workload_name).Workload(
            target=target.url, latency="5ms"
        )
        with registry.load("models", model_name).Model(workload, 3) as model:
            model.run(6)
            begun_ns = time.perf_counter_ns()
            spans = model.run(9)
    parts = phases_ns(begun_ns, [(span, workload.timestamps(span[2])) for span in spans])
    assert tuple(parts) == PHASES
    whole_ns = sum(end - begun_ns for _, end, _ in spans) / len(spans)
    assert sum(parts.values()) == pytest.approx(whole_ns, rel=0.02)
    assert parts["asked"] == 5_000_000
    assert all(taken_ns >= 0 for taken_ns in parts.values())  # nothing comes before its cause
