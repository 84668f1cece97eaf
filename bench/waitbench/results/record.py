"""What is measured, as types: a round, a launch, a turn under load, and all of one contestant.

They are what the race writes, what the results file keeps (`record_json`) and what every figure is
made of.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from waitbench.results.spans import decode_spans
from waitbench.results.validity import timed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.results.load_step import LoadStep
    from waitbench.scenario import Contestant, Scenario

SERIAL = "asyncio_serial"
"""The client library alone, one task at a time on a loop: a control wherever it takes part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchRecord:
    """One fresh process of a contestant.

    Attributes:
        launch: its number.
        startup_ns: how long pools, sessions and loops took to start, in nanoseconds.
        spawn_ns: from the start of the process to its greeting.
        peak_memory_bytes: of it and its children; None where nobody knows.
        memory_kind: what the system counted as memory.
        machine: name of the machine in the run's list of them; None where all ran on one.
        warm_ns: walls of the rounds that it was warmed up by until they got no faster, where its
            interpreter compiles while it runs; none of them is a time.
    """

    launch: int
    startup_ns: int | None = None
    spawn_ns: int | None = None
    peak_memory_bytes: int | None = None
    memory_kind: str | None = None
    machine: str | None = None
    warm_ns: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRecord:
    """One round: all tasks of a scenario once, under one contestant.

    Attributes:
        launch: number of its process.
        block: number of its block in that launch.
        position: when in the block it came, against the other contestants.
        repeat: its number among the rounds of this contestant in the block.
        wall_ns: wall in nanoseconds.
        cpu_ns: CPU of the contestant with its children in nanoseconds.
        run_queue_ns: what its threads stood ready without a core; None where nobody knows.
        others_ns: CPU that others took meanwhile; None where nobody knows.
        database_cpu_ns: CPU of the PostgreSQL that the run started.
        disturbed: whether others took so much that the wall is not its own.
        errors: tasks that failed.
        error: the first of their messages.
        spans: starts and durations of its tasks, packed by `encode_spans`.
        phases: mean nanoseconds of a task in each of `PHASES`; empty without a target to tell.
        metrics: what the workload said of the round beyond the times of its tasks.
        target: what the target said of it; None where none took part.
        single: whether one thread did all of its work.
        core: the only core that it might use; None where it might use all.
    """

    launch: int
    block: int
    position: int = 0
    repeat: int = 0
    wall_ns: int
    cpu_ns: int
    run_queue_ns: int | None = None
    others_ns: int | None = None
    database_cpu_ns: int = 0
    disturbed: bool = False
    errors: int
    error: str | None = None
    spans: str
    phases: Mapping[str, int] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    target: Mapping[str, int | None] | None = None
    single: bool = False
    core: int | None = None

    @property
    def time_ns(self) -> float:
        """What contestants are compared by: the wall."""
        return self.wall_ns

    @property
    def tasks_ns(self) -> list[int]:
        """How long each task took, in the order of their numbers."""
        return decode_spans(self.spans)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRecord:
    """One turn of a server under one load; one of the first three figures is what it was for.

    Attributes:
        launch: number of its process.
        position: when in the launch it came, against the other servers.
        mean_latency_ns: of an open load, mean time from when a request was due to its whole answer.
        throughput_per_s: of a closed load, right answers per second.
        knee_per_s: of a search, the highest rate that it sustains; None where there is none.
        cpu_per_request_ns: CPU of the server by answered request.
        others_ns: CPU that others took meanwhile; None where nobody knows.
        disturbed: whether others took so much that the figures are not its own.
        errors: requests that were not answered rightly, or 1 where no knee was found.
        error: the first of their messages.
        refused: how many of those the server refused.
        generator_limited: whether the generator, not the server, was the limit.
        spans: when requests were due and how long they took, packed by `encode_spans`.
        steps: what the server did at each rate that was tried.
        metrics: what else was counted.
    """

    launch: int
    position: int = 0
    mean_latency_ns: float | None = None
    throughput_per_s: float | None = None
    knee_per_s: float | None = None
    cpu_per_request_ns: int
    others_ns: int | None = None
    disturbed: bool = False
    errors: int
    error: str | None = None
    refused: int = 0
    generator_limited: bool = False
    spans: str
    steps: Sequence[LoadStep] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)

    block: ClassVar[int] = 0
    """A launch gives each server one turn at each load."""

    @property
    def time_ns(self) -> float:
        """What servers are compared by: nanoseconds a request, at the rate that was reached."""
        per_s = self.knee_per_s or self.throughput_per_s
        return 1e9 / per_s if per_s else self.mean_latency_ns or 0.0


@dataclass(slots=True, kw_only=True)
class ContestantRecord:
    """One contestant in one scenario; grows with every round.

    Attributes:
        scenario: what was asked.
        contestant: who ran it.
        width: tasks really under way at once, as the model said.
        waits_ns: mean wait of a task; None until the workload or the target has said it.
        computes: whether the tasks need the CPU for themselves.
        opens_anew: whether each task opens a connection on purpose.
        notes: sentences for the reader of this row.
        failure: why it stopped, or None.
        launches: its processes.
        rounds: in the order of time, those with errors included.
        loads: of a server, its turns, in the place of rounds.
        tasks_run: in all, warm-ups included; not in the file.
        state: what its interpreter said of itself after the last round: `system/python_state`.
    """

    scenario: Scenario
    contestant: Contestant
    width: int | None = None
    waits_ns: float | None = None
    computes: bool = False
    opens_anew: bool = False
    notes: Sequence[str] = ()
    failure: str | None = None
    launches: list[LaunchRecord] = field(default_factory=list)
    rounds: list[RoundRecord] = field(default_factory=list)
    loads: list[LoadRecord] = field(default_factory=list)
    tasks_run: int = 0
    state: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the contestant is called."""
        return self.contestant.name

    @property
    def kind(self) -> str:
        """The model that it runs as."""
        return self.contestant.model

    @property
    def control(self) -> bool:
        """Whether it is there only to tell what a difference is due to."""
        controls = {SERIAL, *self.scenario.controls}
        return self.name != self.scenario.baseline and not controls.isdisjoint(
            {self.name, self.kind}
        )

    @property
    def measurements(self) -> Sequence[RoundRecord | LoadRecord]:
        """Its rounds or, of a server, its turns under load, in the order of time."""
        return self.loads or self.rounds

    @property
    def times_ns(self) -> list[float]:
        """Those that are times, in nanoseconds: walls of rounds or, of a server, time a request.

        Where several machines measured, those of the first that has any: they are never pooled.
        """
        times = timed(self.measurements)
        names = self.machines
        first = min((names.get(each.launch, "") for each in times), default="")
        return [each.time_ns for each in times if names.get(each.launch, "") == first]

    def blocks(self) -> dict[tuple[int, int], list[float]]:
        """The same by (launch, block)."""
        times: dict[tuple[int, int], list[float]] = {}
        for each in timed(self.measurements):
            times.setdefault((each.launch, each.block), []).append(each.time_ns)
        return times

    @property
    def machines(self) -> dict[int, str]:
        """The machine of each launch; empty where all ran on one."""
        return {each.launch: each.machine for each in self.launches if each.machine}

    def on(self, machine: str) -> ContestantRecord:
        """Return a record of what it did on one of several machines."""
        there = {launch for launch, name in self.machines.items() if name == machine}
        return replace(
            self,
            launches=[each for each in self.launches if each.launch in there],
            rounds=[each for each in self.rounds if each.launch in there],
            loads=[each for each in self.loads if each.launch in there],
        )

    def moved(self, machine: str) -> ContestantRecord:
        """Return the record with all of its launches on a machine of this name."""
        return replace(self, launches=[replace(each, machine=machine) for each in self.launches])

    def renamed(self, names: Mapping[str, str]) -> ContestantRecord:
        """Return the record with its machines named anew; those without a name there have none."""
        return replace(
            self,
            launches=[
                replace(each, machine=names.get(each.machine or "")) for each in self.launches
            ],
        )

    def extend(self, later: ContestantRecord, *, renumber: int = 0) -> None:
        """Take in what was measured later; its launches are counted on from `renumber`."""
        self.width, self.waits_ns = later.width or self.width, later.waits_ns or self.waits_ns
        self.computes |= later.computes
        self.opens_anew |= later.opens_anew
        self.notes, self.failure = later.notes or self.notes, self.failure or later.failure
        self.launches += [replace(each, launch=each.launch + renumber) for each in later.launches]
        self.rounds += [replace(each, launch=each.launch + renumber) for each in later.rounds]
        self.loads += [replace(each, launch=each.launch + renumber) for each in later.loads]
        self.tasks_run += later.tasks_run
        self.state = {**self.state, **later.state}
