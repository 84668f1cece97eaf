"""Whose time it was that a loop could not run: facts made by hand, as the watchdog keeps them."""

from types import CodeType
from typing import Any

from tests.bench.doctor.test_diagnosis import LOAD, MS, PAGE, READ, _look, _step
from waitbench.doctor.blocked_steps import BlockedStep, LoopActivity
from waitbench.doctor.diagnosis import examined
from waitbench.doctor.findings import Finding, SourceLine
from waitbench.doctor.gc_pauses import GcPause
from waitbench.doctor.gil_holders import Called, Holder
from waitbench.doctor.lag import LagLook, Late, Stall
from waitbench.doctor.leaks import Leaks
from waitbench.doctor.ready_queue import Waiting

LOOP_THREAD, OTHER_THREAD = 1, 2
PARSER = Holder("worker", ((READ, 7), (LOAD, 3)), 100 * MS, OTHER_THREAD)


def _findings(*steps: BlockedStep, **facts: Any) -> list[Finding]:
    activity = LoopActivity(threshold_ns=50 * MS, began_ns=0, ran_ns=1_000 * MS, **facts)
    activity.blocked.extend(steps)
    seen = examined(activity, Leaks(began_ns=0), [])
    return [*seen.findings, *seen.notes]


def _stall(at_ms: int, wall_ms: int) -> Stall:
    return Stall(began_ns=at_ms * MS, wall_ns=wall_ms * MS, holder=PARSER)


def _pause(at_ms: int, wall_ms: int, ident: int, generation: int = 2, cpu: float = 1) -> GcPause:
    return GcPause(
        began_ns=at_ms * MS,
        wall_ns=wall_ms * MS,
        cpu_ns=round(wall_ms * MS * cpu),
        ident=ident,
        generation=generation,
        lines=((PAGE, 9),),
        objects=1_000_000,
    )


def _late(at_ms: int, wall_ms: int, *looks: LagLook, steps: int = 1, queued_ms: int = 0) -> Late:
    return Late(
        began_ns=at_ms * MS,
        wall_ns=wall_ms * MS,
        steps=steps,
        queued_ns=queued_ms * MS,
        looks=looks,
    )


def _line(code: CodeType, line: int) -> SourceLine:
    return SourceLine(file=code.co_filename, line=line, function=code.co_qualname)


def test_a_thread_that_keeps_the_gil_between_two_steps_is_named_with_its_line() -> None:
    (finding,) = _findings(stalls=[_stall(100, 400)], late=[_late(100, 405)])
    assert (finding.kind, finding.subject, finding.place) == ("gil", "load", _line(LOAD, 3))
    assert (finding.inside, finding.total_ns) == (_line(READ, 7), 400 * MS)


def test_a_function_in_c_that_a_pool_was_given_is_named_and_no_line_of_ours() -> None:
    call = Called("sorted", None, _line(PAGE, 9))
    holder = Holder("asyncio_0", (), 100 * MS, OTHER_THREAD, call)
    stall = Stall(began_ns=100 * MS, wall_ns=400 * MS, holder=holder)
    (finding,) = _findings(stalls=[stall])
    assert (finding.subject, finding.place) == ("sorted in a thread", _line(PAGE, 9))


def test_a_step_that_stood_still_for_it_is_not_blamed() -> None:
    # 300 ms at line 9, 2 of them on a core; the worker kept the GIL for 280.
    step = _step(_look(295, (PAGE, 9), cpu_ms=2), wall_ms=300, cpu_ms=2, at_ms=100)
    (finding,) = _findings(step, stalls=[_stall(110, 280)])
    assert (finding.kind, finding.place) == ("gil", _line(LOAD, 3))
    assert finding.total_ns == 280 * MS


def test_a_step_that_looks_met_at_the_gil_was_kept_from_it_by_the_holder() -> None:
    # 80 ms, 6 on a core: three of four looks met the wait for the GIL.
    looks = [
        _look(at, (PAGE, 9), cpu_ms=at // 20)._replace(gil_wait=True, holder=PARSER)
        for at in (20, 40, 60, 80)
    ]
    (finding,) = _findings(_step(*looks, wall_ms=80, cpu_ms=6))
    assert (finding.kind, finding.subject, finding.total_ns) == ("gil", "load", 74 * MS)


def test_a_step_that_computes_has_the_gil_though_each_look_takes_it_away() -> None:
    looks = [
        _look(at, (PAGE, 9), cpu_ms=at)._replace(gil_wait=True, holder=PARSER)
        for at in (20, 40, 60, 80)
    ]
    (finding,) = _findings(_step(*looks, wall_ms=80, cpu_ms=80))
    assert (finding.kind, finding.place) == ("computing", _line(PAGE, 9))


def test_a_collection_is_told_and_the_line_it_fell_on_is_not() -> None:
    # A step of 205 ms, of which 200 were a full collection.
    step = _step(_look(200, (PAGE, 9), cpu_ms=200), wall_ms=205, cpu_ms=205, at_ms=10)
    step.ident = LOOP_THREAD
    (finding,) = _findings(step, pauses=[_pause(12, 200, LOOP_THREAD)])
    assert (finding.kind, finding.subject) == ("collection", "a full garbage collection")
    assert (finding.place, finding.inside) == (None, _line(PAGE, 9))
    assert (finding.total_ns, finding.detail) == (
        *(200 * MS, "1,000,000 objects are watched by the collector"),
    )


def test_a_short_collection_that_makes_a_short_step_long_is_what_is_told() -> None:
    # 90 ms: 46 of a young collection, and 44 of the step's own.
    step = _step(_look(80, (PAGE, 9), cpu_ms=80), wall_ms=90, cpu_ms=90, at_ms=10)
    step.ident = LOOP_THREAD
    (finding,) = _findings(step, pauses=[_pause(12, 46, LOOP_THREAD, generation=1)])
    assert (finding.kind, finding.total_ns) == ("collection", 90 * MS)


def test_a_step_that_is_long_beside_a_collection_is_told_without_it() -> None:
    step = _step(_look(300, (PAGE, 9), cpu_ms=300), wall_ms=320, cpu_ms=320, at_ms=10)
    step.ident = LOOP_THREAD
    gc_, own = _findings(step, pauses=[_pause(12, 200, LOOP_THREAD)])
    assert (gc_.kind, gc_.total_ns) == ("collection", 200 * MS)
    assert (own.kind, own.total_ns, own.cpu_share) == ("computing", 120 * MS, 1)


def test_a_collection_in_another_thread_is_one_whoever_waited() -> None:
    (finding,) = _findings(
        pauses=[_pause(12, 200, OTHER_THREAD)], stalls=[_stall(15, 190)], late=[_late(15, 195)]
    )
    assert (finding.kind, finding.total_ns) == ("collection", 200 * MS)


def test_a_collection_that_only_waited_for_the_gil_is_none() -> None:
    # Its thread began to collect, and had the GIL again 190 ms later.
    step = _step(_look(200, (PAGE, 9), cpu_ms=200), wall_ms=205, cpu_ms=205, at_ms=10)
    (finding,) = _findings(step, pauses=[_pause(12, 190, OTHER_THREAD, generation=0, cpu=0.01)])
    assert (finding.kind, finding.place) == ("computing", _line(PAGE, 9))


def test_steps_in_line_are_a_flood_of_whose_are_most() -> None:
    page, load = Waiting("page", _line(PAGE, 9)), Waiting("load", _line(LOAD, 3))
    looks = [
        LagLook(lines=(), ready=900 - at, waiting=[*[page] * 6, load], gil_wait=False, holder=None)
        for at in range(3)
    ]
    first = _late(100, 400, *looks, steps=1_000)
    second = _late(600, 200, *looks, steps=500)
    (finding,) = _findings(late=[first, second])
    assert (finding.kind, finding.subject, finding.place) == ("flooded", "page", _line(PAGE, 9))
    assert (finding.times, finding.steps, finding.ready) == (2, 1_500, 900)


def test_a_lag_that_a_hold_explains_is_told_once() -> None:
    step = _step(_look(50, (PAGE, 9)), wall_ms=200, at_ms=100)
    assert [finding.kind for finding in _findings(step, late=[_late(105, 198)])] == ["waiting"]


def test_a_lag_for_want_of_a_core_is_a_note_and_one_that_nothing_explains_is_not_healthy() -> None:
    (crowded,) = _findings(late=[_late(100, 90, queued_ms=80)])
    assert (crowded.kind, crowded.note) == ("crowded", True)
    (unexplained,) = _findings(late=[_late(100, 90)])
    assert (unexplained.kind, unexplained.note) == ("late", False)


def test_a_step_that_waited_for_the_gil_and_nobody_ran_with_it_got_no_core() -> None:
    looks = [_look(at, (PAGE, 9))._replace(gil_wait=True) for at in (20, 40, 60, 80)]
    (finding,) = _findings(_step(*looks, wall_ms=80))
    assert (finding.kind, finding.note) == ("crowded", True)
