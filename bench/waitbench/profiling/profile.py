"""What a profiled pass found of one contestant in one scenario: its lanes, stack by stack."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self, TypedDict

from waitbench.perfmodel.demand import Demand
from waitbench.profiling.own_files import AWAITED, OURS, STOPWATCH, TASK, named_before

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Frame:
    """A function on a stack.

    Attributes:
        function: its name; one written in C carries its type: `socket.recv_into`.
        file: where it is, or `<built-in>`.
        line: where it begins.
    """

    function: str
    file: str
    line: int

    @classmethod
    def of(cls, identifier: str) -> Self:
        """Return the frame of pyinstrument's name of it."""
        name = identifier.partition("\x01")[0]
        function, file, line = (*name.split("\x00"), "", "0")[:3]
        return cls(function, file.replace("\\", "/"), int(line or 0))

    @property
    def built_in(self) -> bool:
        """Whether the function is written in C."""
        return self.file == "<built-in>"


class LaneForm(TypedDict):
    """A lane's JSON form: its facts as in `Lane`, and each frame's name once.

    Attributes:
        samples: numbers of frames from the root to the leaf, and nanoseconds.
    """

    name: str
    wall_ns: int
    cpu_ns: int | None
    delay_ns: int | None
    frames: list[str]
    samples: list[tuple[list[int], int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One thread while rounds ran.

    Attributes:
        name: of the thread, or of a pool's process.
        wall_ns: of the rounds.
        cpu_ns: its CPU meanwhile; None where the system does not tell.
        delay_ns: how long it stood ready without a core meanwhile; None likewise.
        stacks: nanoseconds by stack, as pyinstrument names frames, from the root to the leaf.
    """

    name: str
    wall_ns: int
    cpu_ns: int | None
    delay_ns: int | None
    stacks: Mapping[tuple[str, ...], int]

    @classmethod
    def read(cls, form: LaneForm) -> Self:
        """Return what the JSON form holds.

        Raises:
            KeyError, TypeError, IndexError: it is no such form.
        """
        frames = named_before(form["frames"])
        return cls(
            name=form["name"],
            wall_ns=form["wall_ns"],
            cpu_ns=form["cpu_ns"],
            delay_ns=form["delay_ns"],
            stacks={tuple(frames[number] for number in stack): ns for stack, ns in form["samples"]},
        )

    def form(self) -> LaneForm:
        """Return the JSON form."""
        frames: dict[str, int] = {}
        samples = [
            ([frames.setdefault(identifier, len(frames)) for identifier in stack], ns)
            for stack, ns in self.stacks.items()
        ]
        return {
            "name": self.name,
            "wall_ns": self.wall_ns,
            "cpu_ns": self.cpu_ns,
            "delay_ns": self.delay_ns,
            "frames": list(frames),
            "samples": samples,
        }

    @property
    def awaits(self) -> bool:
        """Whether tasks of an event loop ran in the thread."""
        return any(in_task(stack, AWAITED) for stack in self.stacks)

    @property
    def works(self) -> bool:
        """Whether tasks ran in the thread."""
        return any(map(in_task, self.stacks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One contestant in one scenario, watched.

    Attributes:
        suite: whose question it is.
        scenario: its name.
        model: name of the contestant.
        tasks: how many tasks one round runs.
        rounds: how many were watched.
        walls_ns: of those rounds: longer than when nobody watches, and no measurements.
        overhead: times longer a watched round took than one that was not, next to each other in
            time; None where there were too few.
        overhead_interval: of that, at 95 %.
        lanes: its threads.
        demand: what one task asks for, where tasks ran one after the other and unprofiled.
        task_ns: mean time from a task's start to its end, watched; None in files of before.
        sampler: who looked: `pyinstrument`, or `python` for its own from outside.
        rate_hz: how often that really was; None where it does not tell.
        awaiting: how many of its tasks awaited at once, on average, by the function in which.
        lock_known: whether that showed who computed with the GIL; where not, all is taken for such.
        failure: why there is nothing, or less than was asked for; None if all went well.
    """

    suite: str
    scenario: str
    model: str
    tasks: int
    rounds: int = 0
    walls_ns: tuple[int, ...] = ()
    overhead: float | None = None
    overhead_interval: tuple[float, float] | None = None
    lanes: tuple[Lane, ...] = ()
    demand: Demand | None = None
    task_ns: float | None = None
    sampler: str = "pyinstrument"
    rate_hz: float | None = None
    awaiting: Mapping[str, float] = field(default_factory=dict)
    lock_known: bool = True
    failure: str | None = None

    @property
    def working(self) -> tuple[Lane, ...]:
        """The lanes in which tasks ran; others only wait for those."""
        return tuple(lane for lane in self.lanes if lane.works)

    @property
    def cpu_ns(self) -> int | None:
        """CPU of all lanes; None where the system does not tell."""
        told_ns = [lane.cpu_ns for lane in self.lanes]
        return None if not told_ns or None in told_ns else sum(ns or 0 for ns in told_ns)

    @property
    def cpu_task_ns(self) -> float | None:
        """CPU of all lanes for one task; None where the system does not tell."""
        ran = self.tasks * self.rounds
        return None if self.cpu_ns is None or not ran else self.cpu_ns / ran

    @property
    def cores_busy(self) -> float | None:
        """CPU of all lanes over the wall of the rounds; None where the system does not tell."""
        wall_ns = sum(self.walls_ns)
        return None if self.cpu_ns is None or not wall_ns else self.cpu_ns / wall_ns

    @classmethod
    def read(cls, form: Mapping[str, Any]) -> Self:
        """Return what the JSON form holds.

        Raises:
            KeyError, TypeError, IndexError: it is no such form.
        """
        ends = form["overhead_interval"]
        demand = form.get("demand")  # absent from files of before
        facts = {name: form[name] for name in cls.__slots__ if name in form and name != "demand"}
        return cls(
            **{
                **facts,
                "walls_ns": tuple(form["walls_ns"]),
                "demand": Demand(**demand) if demand else None,
                "overhead_interval": (ends[0], ends[1]) if ends else None,
                "lanes": tuple(Lane.read(lane) for lane in form["lanes"]),
            }
        )

    def form(self) -> dict[str, object]:
        """Return the JSON form."""
        plain = (name for name in self.__slots__ if name not in ("lanes", "demand"))
        return {
            **{name: getattr(self, name) for name in plain},
            "demand": asdict(self.demand) if self.demand else None,
            "lanes": [lane.form() for lane in self.lanes],
        }


def in_task(stack: tuple[str, ...], functions: tuple[str, ...] = TASK) -> bool:
    """Return whether a stack is that of a running task, by the functions of our stopwatch."""
    return any(
        frame.function in functions and frame.file == OURS + STOPWATCH
        for frame in map(Frame.of, stack)
    )
