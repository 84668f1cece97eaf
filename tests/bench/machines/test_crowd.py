"""A load that several generators send together, over real workers of a local cluster."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.bench.loadtest.conftest import truth
from tests.bench.loadtest.test_generator import after_20_ms
from waitbench.loadtest.order import Order
from waitbench.machines import cluster, crowd, generator_task
from waitbench.machines.crew import Member
from waitbench.machines.crowd import Crowd, Place
from waitbench.race.worker_process import ContestantError, InterruptedRaceError
from waitbench.scenario import BenchError
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MS = 1_000_000
GENERATOR = "waitbench.loadtest.generator"


def generators() -> list[psutil.Process]:
    """Those that run below this process."""
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if process.is_running() and GENERATOR in process.cmdline()
    ]


@pytest.mark.processes
def test_workers_send_one_plan_together_and_leave_nothing() -> None:
    pytest.importorskip("distributed")
    order = Order(
        port=1, path="/", expect="yes", for_ns=500 * MS, level_ns=100 * MS, rate=100.0, probe=True
    )
    with cluster.opened(None, 2) as there, truth(after_20_ms) as port:
        senders = Crowd(there, 7, lambda _: None, force=True)
        assert str(senders).startswith("2 generators on 1 machine send the load together")
        sending = senders.start(Interrupt.never())
        assert sending.host == "127.0.0.1"
        facts = sending.ask(Order(**{**_fields(order), "port": port}))
        assert (facts.planned, facts.answered) == (50, 50)
        names = [(sender.machine, sender.planned, sender.sent) for sender in facts.senders]
        assert names == [("machine 1", 25, 25), ("machine 1, generator 2", 25, 25)]
        assert facts.skew_ns < 500 * MS
        assert facts.health.probes
        generators()[0].kill()
        with pytest.raises(ContestantError, match=r"the generator on machine 1.* SIGKILL"):
            sending.ask(Order(**{**_fields(order), "port": port}))
        sending.stop()
        assert not generators()


def _fields(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in order.__dataclass_fields__}


class Remote:
    """Two machines of which one has a clock that is 5 s ahead, and answers after 4 ms at best."""

    alone = True
    own_host = "10.0.0.1"

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_ns = 1_000 * MS
        self.way_ns = iter([9 * MS, 2 * MS, 30 * MS] * 3)
        monkeypatch.setattr(time, "time_ns", lambda: self.now_ns)

    def run(
        self, function: Callable[..., object], *_: object, addresses: Sequence[str]
    ) -> dict[str, object]:
        assert function is generator_task.clock_ns
        way_ns = next(self.way_ns)
        self.now_ns += way_ns
        there_ns = self.now_ns + 5_000 * MS
        self.now_ns += 2 * MS
        return {addresses[0]: there_ns}


def test_a_clock_is_read_by_the_quickest_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    held: Any = object.__new__(Crowd)
    held._cluster = Remote(monkeypatch)
    member = Member(address="a", machine="m", facts={}, resourced=True)
    place = held._timed(Place(member=member, name="machine 2", here=False))
    # There and back in 2 + 2 ms: its clock was read in the middle, give or take 2 ms.
    assert (place.ahead_ns, place.error_ns) == (5_000 * MS, 2 * MS)


class Hears:
    """Workers of two machines, of which the second never answers."""

    alone = True
    own_host = "10.0.0.1"

    def __init__(self) -> None:
        self.members: dict[str, Any] = {"a": {}, "b": {}}

    def workers(self) -> dict[str, Any]:
        return self.members

    def call(self, *_: object, token: str, member: Member) -> Any:
        del token
        done = member.address == "a"
        return SimpleNamespace(done=lambda: done, result=lambda **_: "")

    def wait(self, *_: object) -> None:
        pass

    def run(self, *_: object, addresses: Sequence[str]) -> dict[str, object]:
        return dict.fromkeys(addresses)


def test_a_machine_that_says_nothing_is_left_out_and_the_others_send(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crowd, "UP_WITHIN_S", 0.05)
    said: list[str] = []
    sends: Any = object.__new__(Crowd)
    sends._cluster, sends._incident, sends._lost = Hears(), said.append, set()
    sends.places = [
        Place(
            member=Member(address=address, machine=address, facts={}, resourced=True),
            name=f"machine {number}",
            here=False,
        )
        for number, address in enumerate("ab", 1)
    ]
    with pytest.raises(InterruptedRaceError):
        sends.start(Interrupt.never())
    assert said == ["machine 2 did not answer in time and is left out"]
    sends.start(Interrupt.never())
    assert [place.name for place in sends.places] == ["machine 1"]
    sends._cluster.members = {}
    with pytest.raises(InterruptedRaceError, match="no machine is left that sends the load"):
        sends.start(Interrupt.never())


def test_a_load_comes_from_a_scheduler_s_workers_or_from_some_here() -> None:
    assert cluster.senders("tcp://10.0.0.1:8786") == ("tcp://10.0.0.1:8786", None)
    assert cluster.senders("4") == (None, 4)
    for wrong in ("0", "many", "65", "-1", "nonsense:1x"):
        with pytest.raises(BenchError, match="is neither an address"):
            cluster.senders(wrong)
