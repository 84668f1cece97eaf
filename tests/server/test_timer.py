from __future__ import annotations

import asyncio
from time import monotonic_ns

import pytest

from waitbench_server.timer import Deadlines
from waitbench_server.timerfd import CtypesTimerfd, Timerfd, available
from waitbench_server.units import MS
from waitbench_server.wakeup import NEVER, LoopWakeUp, TimerfdWakeUp, WakeUp

LINUX = pytest.mark.skipif(not available(), reason="no timerfd on this system")


class Recorded:
    """A wake-up that only remembers what was armed."""

    resolution_ns = 1
    most_ahead_ns = 0

    def __init__(self) -> None:
        self.armed: list[int] = []

    def start(self, fire: object) -> None:
        pass

    def arm(self, at_ns: int) -> None:
        self.armed.append(at_ns)

    def close(self) -> None:
        pass


def test_only_an_earlier_deadline_moves_the_timer() -> None:
    wake_up = Recorded()
    deadlines = Deadlines(wake_up)
    later = monotonic_ns() + 10**12
    for at_ns in (later, later + 5, later - 5):
        deadlines.at(at_ns, lambda: None)
    assert wake_up.armed == [later, later - 5]
    assert deadlines.next_ns == later - 5


def test_all_that_is_due_is_called_in_order_and_nothing_else() -> None:
    wake_up = Recorded()
    deadlines = Deadlines(wake_up)
    now_ns = monotonic_ns()
    called: list[str] = []
    for name, at_ns in (("b", now_ns - 1), ("a", now_ns - 2), ("later", now_ns + 10**12)):
        deadlines.at(at_ns, lambda name=name: called.append(name))  # type: ignore[misc]  # a default binds the name
    cancelled = deadlines.at(now_ns - 3, lambda: called.append("cancelled"))
    deadlines.cancel(cancelled)
    deadlines.cancel(cancelled)
    deadlines.fire()
    assert called == ["a", "b"]
    assert wake_up.armed[-1] == now_ns + 10**12
    assert len(deadlines) == 1


def test_cancelled_deadlines_do_not_pile_up() -> None:
    deadlines = Deadlines(Recorded())
    far_ns = monotonic_ns() + 10**12
    for k in range(5_000):
        deadlines.cancel(deadlines.at(far_ns + k, lambda: None))
    assert len(deadlines) == 0
    assert len(deadlines._heap) < 2_100


def test_a_callback_that_fails_stops_neither_the_others_nor_the_timer() -> None:
    wake_up = Recorded()
    deadlines = Deadlines(wake_up)
    called: list[str] = []

    def fail() -> None:
        raise LookupError

    past_ns = monotonic_ns() - 10
    deadlines.at(past_ns, fail)
    deadlines.at(past_ns + 1, lambda: called.append("second"))
    with pytest.raises(LookupError):
        deadlines.fire()
    assert wake_up.armed[-1] == past_ns + 1
    deadlines.fire()
    assert called == ["second"]
    assert deadlines.next_ns == NEVER


def test_the_wake_up_is_set_ahead_by_what_waking_takes_and_never_calls_early() -> None:
    wake_up = Recorded()
    wake_up.most_ahead_ns = 100_000
    deadlines = Deadlines(wake_up)
    errors: list[int] = []
    ahead: list[int] = []
    for _ in range(300):
        at_ns = monotonic_ns() + 200_000
        deadlines.at(at_ns, lambda at_ns=at_ns: errors.append(monotonic_ns() - at_ns))  # type: ignore[misc]  # a default binds the moment
        ahead.append(at_ns - wake_up.armed[-1])
        while monotonic_ns() < wake_up.armed[-1] + 30_000:  # waking takes 30 us
            pass
        deadlines._ring()
    assert len(errors) == 300
    assert min(errors) >= 0
    assert ahead[0] == 0
    assert 10_000 < max(ahead) <= 100_000


def test_what_is_due_right_after_is_not_left_to_another_wake_up() -> None:
    wake_up = Recorded()
    deadlines = Deadlines(wake_up)
    errors: list[int] = []
    now_ns, far_ns = monotonic_ns(), monotonic_ns() + 10**12
    for at_ns in (now_ns, now_ns + 20_000, now_ns + 40_000, far_ns):
        deadlines.at(at_ns, lambda at_ns=at_ns: errors.append(monotonic_ns() - at_ns))  # type: ignore[misc]  # a default binds the moment
    armed = len(wake_up.armed)
    deadlines._ring()
    assert len(errors) == 3
    assert min(errors) >= 0
    assert wake_up.armed[armed:] == [far_ns]


def test_what_is_always_due_leaves_the_loop_its_turn() -> None:
    deadlines = Deadlines(Recorded())
    called: list[int] = []

    def again() -> None:
        called.append(monotonic_ns())
        deadlines.at(called[-1], again)

    deadlines.at(0, again)
    deadlines._ring()
    assert 1 <= len(called) < 10_000  # 200 us of them
    assert len(deadlines) == 1


@pytest.mark.parametrize("wake_up", [pytest.param(TimerfdWakeUp, marks=LINUX), LoopWakeUp])
def test_nothing_rings_early_on_the_loop(
    wake_up: type[TimerfdWakeUp | LoopWakeUp],
) -> None:
    async def ring() -> list[int]:
        source: WakeUp = wake_up(asyncio.get_running_loop())
        deadlines = Deadlines(source)
        errors: list[int] = []
        done = asyncio.Event()

        def rang(at_ns: int) -> None:
            errors.append(monotonic_ns() - at_ns)
            if len(errors) == 20:
                done.set()

        begun_ns = monotonic_ns()
        for k in range(20):
            at_ns = begun_ns + k * MS + k * 137_000
            deadlines.at(at_ns, lambda at_ns=at_ns: rang(at_ns))  # type: ignore[misc]  # a default binds the moment
        async with asyncio.timeout(20):
            await done.wait()
        deadlines.close()
        return errors

    errors = asyncio.run(ring())
    assert len(errors) == 20
    assert min(errors) >= 0


@LINUX
@pytest.mark.parametrize("kind", [CtypesTimerfd, Timerfd], ids=["ctypes", "best"])
def test_arming_anew_takes_back_a_ring_nobody_heard(kind: type[CtypesTimerfd]) -> None:
    import select

    timer = kind()
    poll = select.poll()
    poll.register(timer.fd, select.POLLIN)
    timer.arm(monotonic_ns() - MS)
    assert poll.poll(10_000)
    timer.arm(monotonic_ns() + 10**12)
    assert not poll.poll(0)
    timer.arm(0)
    assert not poll.poll(0)
    timer.close()
