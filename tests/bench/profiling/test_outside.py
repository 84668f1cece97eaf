"""A process read from outside: what its lanes hold, and how it ended."""

from __future__ import annotations

import itertools
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from tests.bench.profiling.lanes import lane, stack
from waitbench.profiling import lane_reader, outside, samplers
from waitbench.profiling.classify import ASLEEP, AT_THE_LOCK, classify, shares
from waitbench.profiling.own_files import FOLDER
from waitbench.scenario import BenchError

GIL, CPU, REQUESTED = 1, 2, 8
TASK = ("timed", f"{FOLDER}stopwatch.py")
OWN, CHILD = 100, 200


def frame(function: str, file: str) -> Any:
    return SimpleNamespace(funcname=function, filename=file)


def thread(tid: int, status: int, *frames: tuple[str, str]) -> Any:
    """A thread as it is read: the innermost frame first."""
    return SimpleNamespace(
        thread_id=tid, status=status, frame_info=[frame(*each) for each in reversed(frames)]
    )


class Unwinder:
    """Reads what a test has put there for each process, one entry for each look."""

    looks: dict[int, list[Any]] = {}  # noqa: RUF012 - each test puts its own in
    tasks: list[Any] = []  # noqa: RUF012

    def __init__(self, pid: int, **_: object) -> None:
        self._pid = pid

    def get_stack_trace(self) -> list[Any]:
        look = self.looks[self._pid].pop(0)
        if isinstance(look, Exception):
            raise look
        of_each = enumerate(look if look and isinstance(look[0], list) else [look])
        return [SimpleNamespace(interpreter_id=number, threads=own) for number, own in of_each]

    def get_all_awaited_by(self) -> list[Any]:
        return [SimpleNamespace(awaited_by=self.tasks)]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that reads hand-made looks, 10 ms apart, and returns the reader."""
    clock = itertools.count()
    monkeypatch.setattr("time.perf_counter", lambda: next(clock) / 100)
    monkeypatch.setattr(lane_reader, "descendants", lambda _: [CHILD] * (CHILD in Unwinder.looks))
    monkeypatch.setattr(
        lane_reader,
        "remote",
        SimpleNamespace(
            RemoteUnwinder=Unwinder,
            THREAD_STATUS_HAS_GIL=GIL,
            THREAD_STATUS_ON_CPU=CPU,
            THREAD_STATUS_GIL_REQUESTED=REQUESTED,
        ),
    )

    def read(looks: dict[int, list[Any]], *, awaits: bool = False) -> lane_reader.LaneReader:
        ticks = len(looks[OWN])
        Unwinder.looks = {**looks, OWN: [[], *looks[OWN]]}  # the first one only tries
        reader = lane_reader.LaneReader(OWN, awaits=awaits)
        for _ in range(ticks):
            reader.tick()
        return reader

    return read


def test_a_lane_has_its_stacks_in_the_order_of_time_and_no_gap(read: Any) -> None:
    working = thread(OWN, GIL, ("main", "/a.py"), TASK)
    asleep = thread(OWN, 0, ("main", "/a.py"), TASK)
    gone = RuntimeError("in the middle of a change")
    (raw,) = read({OWN: [[working], [asleep], gone, [working]]}).lanes()
    names = [
        [raw["frames"][number].partition("\x00")[0] for number in of] for of, _ in raw["samples"]
    ]
    assert names == [["main", "timed"], ["main", "timed", "<asleep>"], ["main", "timed"]]
    # 10 ms a look; the one that failed is the next one's.
    assert [round(seconds, 3) for _, seconds in raw["samples"]] == [0.01, 0.01, 0.02]
    assert (raw["pid"], raw["tid"], raw["name"], raw["began_s"]) == (OWN, OWN, "main", 0)
    assert raw["frames"][1].startswith("timed\x00<waitbench>/stopwatch.py")


def test_children_have_lanes_of_their_own_and_may_end(read: Any) -> None:
    one = thread(OWN, GIL, TASK)
    child = thread(CHILD, 0, TASK)
    reader = read({OWN: [[one]] * 3, CHILD: [[child], ProcessLookupError(), [child]]})
    names = {raw["name"]: len(raw["samples"]) for raw in reader.lanes()}
    assert names == {"main": 3, f"Process-{CHILD}": 1}
    assert reader.rate_hz == pytest.approx(100)


def test_how_many_tasks_await_where_is_the_mean_of_all_looks(read: Any) -> None:
    waiting = SimpleNamespace(
        coroutine_stack=[
            SimpleNamespace(
                call_stack=[frame("read", "/x/aiohttp/streams.py"), frame("timed_async", "/y.py")]
            )
        ]
    )
    other = SimpleNamespace(
        coroutine_stack=[SimpleNamespace(call_stack=[frame("main", "/x/own.py")])]
    )
    Unwinder.tasks = [waiting, waiting, other]
    ticks = lane_reader.AWAITING_EVERY + 1
    reader = read({OWN: [[thread(OWN, 0, TASK)]] * ticks}, awaits=True)
    assert reader.awaiting() == {"read\x00/x/aiohttp/streams.py\x000": 2}
    # Its loop sleeps for them: that is their time.
    (raw,) = reader.lanes()
    last, _ = raw["samples"][-1]
    names = [raw["frames"][number].partition("\x00")[0] for number in last]
    assert names == ["timed", "timed_async", "read", "<asleep>"]


def test_a_thread_in_a_sub_interpreter_does_what_that_shows(read: Any) -> None:
    of_main, inside = thread(OWN, 0, ("call", "/pool.py")), thread(OWN, GIL, TASK)
    (raw,) = read({OWN: [[[of_main], [inside]]]}).lanes()
    assert len(raw["samples"]) == 1
    assert raw["frames"] == ["timed\x00<waitbench>/stopwatch.py\x000"]


SELECT, ACQUIRE = ("select", "/lib/selectors.py"), ("get", "/lib/queue.py")


@pytest.mark.parametrize(
    ("frames", "leaf", "kind"),
    [
        ((TASK, ("read", "/lib/socket.py")), ASLEEP, "waiting"),
        ((("main", "/a.py"), SELECT), ASLEEP, "idle"),
        ((TASK, ACQUIRE), ASLEEP, "blocked"),
        ((("main", "/a.py"), ACQUIRE), ASLEEP, "idle"),
        ((TASK, ("sum", "/a.py")), AT_THE_LOCK, "blocked"),
    ],
)
def test_a_thread_without_a_core_does_what_its_callers_tell(
    frames: tuple[tuple[str, str], ...], leaf: str, kind: str
) -> None:
    named = [(function, file.replace(FOLDER, "<waitbench>/")) for function, file in frames]
    whole = (*stack(*named), leaf)
    assert classify(whole) == kind
    # Shares are of the wall of the rounds, by our clock: 30 of 40 ms.
    busy = stack(("timed", "<waitbench>/stopwatch.py"), ("work", "/a.py"))
    assert shares([lane({whole: 30, busy: 10})])[kind] == pytest.approx(0.75)


def test_a_python_that_cannot_read_others_says_what_does_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lane_reader, "remote", None)
    with pytest.raises(lane_reader.UnreadableError, match="--sampler pyinstrument"):
        lane_reader.LaneReader(OWN, awaits=False)


def test_who_looks_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BenchError, match="no sampler 'perf'; there are pyinstrument and python"):
        samplers.checked("perf")
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert samplers.usual() == "pyinstrument"
    with pytest.raises(BenchError, match=r"needs Python 3\.15"):
        samplers.checked("python")
    monkeypatch.setattr(sys, "version_info", (3, 15, 0))
    assert samplers.usual() == samplers.checked("python") == "python"


@pytest.mark.processes
@pytest.mark.parametrize(
    ("ends", "status"), [("sys.exit(3)", 3), ("os.kill(os.getpid(), 15)", -15)]
)
def test_it_ends_as_what_it_ran(ends: str, status: int) -> None:
    """Python's own `profiling.sampling run` ends with 0 whatever its program did (3.15.2)."""
    assert outside.run([sys.executable, "-c", f"import os, sys; {ends}"]) == status
