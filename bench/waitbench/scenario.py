"""The nouns: what is raced (Scenario), what one task is (Workload), how tasks are run (Model)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

THOROUGH = 10
"""Launches in a thorough run of what is cheap: enough to see past badly laid out processes."""
MAIN_WEIGHT = 3.0
"""Weight of what most people come for: in a run of everything its intervals should stay tight."""
SCHEMA = 2
"""Number of the record's shape, in every results file; readers refuse a newer one."""

BASELINE = "sync"
"""The contestant that ratios are against, unless a scenario names another."""


class BenchError(Exception):
    """A mistake that one line explains: what was wrong, what is possible, what to type."""


class NoSuchNameError(BenchError, KeyError):
    """Nothing has that name: a BenchError for who catches those, and a KeyError to mappings."""

    __str__ = Exception.__str__  # a KeyError's is the quoted form


class WrongResultError(BenchError):
    """A task came back, but not with what it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One question put to several contestants: this workload, so many tasks, so many at once.

    Attributes:
        suite: the file in `bench/waitbench/suites` it belongs to, without `test_`.
        workload: name of a file in `bench/waitbench/workloads`.
        params: what the workload is told, as it would be typed (`{"latency": "50ms"}`).
        tasks: N, how many tasks one round runs.
        concurrency: C, how many of them may be under way at once.
        precision: half-width of the ratio's interval at which the race may stop early, as a share.
        controls: models raced beside those that are compared, to know what a difference is due to.
        baseline: name of the contestant that the ratios are against, where it took part.
        weight: share of the run's time that it should get, against 1 for the others.
        launches: how many launches it has in a thorough run, if not as many as the others: more
            where one process is luckier than the next, fewer where facts are told, not times.
        blocks: fewest blocks of such a launch, whatever time is left: one short round says little.
        label: its name, where the one that is made of workload, parameters and sizes says nothing.
    """

    suite: str
    workload: str
    params: Mapping[str, str] = field(default_factory=dict)
    tasks: int
    concurrency: int
    precision: float = 0.02
    controls: Sequence[str] = ()
    baseline: str = BASELINE
    weight: float = 1.0
    launches: int = 0
    blocks: int = 1
    label: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Its suite and its name, unique in a run."""
        return self.suite, self.name

    @property
    def name(self) -> str:
        """Made of what varies, unique within a suite: `http-50ms-n32-c32`."""
        if self.label:
            return self.label
        values = (value.replace("_", "").replace(" ", "") for value in self.params.values())
        sizes = (f"n{self.tasks}", f"c{self.concurrency}")
        return "-".join((self.workload, *values, *sizes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """Who races: mostly just a model, but it may differ in anything a process can differ in.

    Attributes:
        name: unique within a scenario; what tables call it.
        model: name of a file in `bench/waitbench/models`.
        python: interpreter of its worker; None is the one that runs the race.
        tree: checkout, or folder of packages, that its worker imports; None for this very one.
        params: laid over the scenario's parameters for this contestant alone.
        environ: environment variables of its worker, laid over those that it inherits.
        needs: a module that must be importable; without it the contestant is left out.
        concurrency: C for this contestant alone, where it differs from the scenario's.
        watched: whether its rounds are watched from inside, which adds what they are made of to
            the figures seen and slows them a little: for a row that is not compared.
        program: command line of a worker that is not ours but speaks our worker's protocol.
        loads: what such a worker is told, before it greets, that it is going to open.
        build: what its interpreter is called where several race (`3.15+jit`); else empty.
        expects: what that must say of itself when a round has run (`{"gil": False}`): where it does
            not, the contestant has failed.
    """

    name: str
    model: str
    python: str | None = None
    tree: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    needs: str | None = None
    concurrency: int | None = None
    watched: bool = False
    program: Sequence[str] = ()
    loads: str = ""
    build: str = ""
    expects: Mapping[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, model: str) -> Self:
        """Make the usual one, which is called like its model."""
        return cls(name=model, model=model)


@dataclass(frozen=True, slots=True)
class Failed:
    """In place of a result: the task raised, and this is what it said."""

    reason: str


TaskSpan = tuple[int, int, Any]
"""Start and end of one task in nanoseconds of `perf_counter_ns`, and its result or `Failed`."""
NEVER_RUN: TaskSpan = (0, 0, Failed("was never run"))
"""In place of a task that no worker came to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamps:
    """What the target said of one task, on the clock that all processes of a machine share.

    Attributes:
        received_ns: when the request reached it.
        sent_ns: when it handed its answer over.
        queue_ns: how long the request stood in its queue.
        asked_ns: the delay that was asked for.
        answered_ns: when the client had read the answer, where the task went on after that.
    """

    received_ns: int
    sent_ns: int
    queue_ns: int
    asked_ns: int
    answered_ns: int | None = None


class Workload(Protocol):
    """What one task is. Task number i means the same work under every model.

    A file in `bench/waitbench/workloads` holds one class named `Workload`, built from the
    scenario's
    parameters: every keyword of its constructor is a parameter that can be set, as text.
    It is pickled into the children of a process pool, so it keeps no sockets of its own.
    With `needs_postgres: ClassVar = True` the constructor takes `postgres`, the address (DSN) of a
    running server, and with `needs_redis` it takes `redis`, a URL; a parameter `distance` of either
    puts a proxy in between. A file that cannot run everywhere says why in a function
    `unavailable() -> str | None`. One that trio or AnyIO can run as well has `trio_client` and
    `trio_needs`, or `anyio_client` and `anyio_needs`, which are like those of `async`: it is left
    out of their races else. A workload that opens a connection for every task on purpose
    says so: `opens_anew = True`, or it is told `connection="new"`. What the reader of its rows must
    know stands in `notes`, as sentences. One that talks to the target and
    knows how often says it in a static method `requests(tasks, params) -> int`: what the target
    counts beyond that was somebody else's.
    """

    needs_target: ClassVar[bool]
    """Whether the constructor takes `target`, the URL of a running `python -m waitbench_server`."""
    computes: ClassVar[bool]
    """Whether a task's own work needs the CPU, beyond what its client library spends."""
    has_async: ClassVar[bool]
    """Whether there is an honest async form; never a faked one."""
    sync_needs: ClassVar[Sequence[str]]
    """Modules that the sync form imports: loaded before start-up is timed."""
    async_needs: ClassVar[Sequence[str]]
    """Modules that the async form imports."""

    @property
    def waits_ns(self) -> int | None:
        """Mean wait of one task in nanoseconds; None where only the target can tell."""
        ...

    def sync_client(self) -> AbstractContextManager[Callable[[int], Any]]:
        """Open what one thread needs (a session, a file); gives the task as a plain function."""
        ...

    def async_client(
        self, concurrency: int
    ) -> AbstractAsyncContextManager[Callable[[int], Awaitable[Any]]]:
        """Open what one loop needs for `concurrency` tasks at once; gives the task."""
        ...

    def check(self, number: int, result: Any) -> None:
        """Raise WrongResultError unless `result` is what task `number` had to return."""
        ...


@runtime_checkable
class HasTimestamps(Protocol):
    """A workload whose results also tell what the target saw of the task."""

    def timestamps(self, result: Any) -> Timestamps:
        """Read them out of a result that has passed its check."""
        ...


@runtime_checkable
class HasMetrics(Protocol):
    """A workload that can say more of a round than the times of its tasks."""

    def metrics(self, results: Sequence[Any]) -> Mapping[str, float]:
        """Return figures of one round, when the clock has stopped.

        Args:
            results: of the round's tasks in the order of their numbers, all of them right.

        Returns:
            Names that carry their unit (`standstill_ns`, `held_bytes`; else it is a count), each
            with its figure; empty where there is nothing to say.
        """
        ...


@runtime_checkable
class StartsProcesses(Protocol):
    """A workload whose tasks are processes that end with them, and are in no tree afterwards."""

    def run_queue(self, results: Sequence[Any]) -> tuple[int | None, bool]:
        """Return how long a round's processes, and we with them, stood ready without a core.

        Args:
            results: of the round's tasks in the order of their numbers.

        Returns:
            Nanoseconds, None if unknown; and whether one thread at a time did all their work.
        """
        ...


@runtime_checkable
class Prepares(Protocol):
    """A workload whose tasks use something up that has to be made before the clock starts."""

    def prepare(self, tasks: int) -> None:
        """Make what a round of so many tasks uses up."""
        ...


class Model(Protocol):
    """How N tasks are run, C at once. A file in `models/` holds one class named `Model`.

    It is built from a workload and a concurrency, and is a context manager: entering starts pools,
    sessions and loops (timed apart as start-up), leaving stops them with nothing left over.
    """

    form: ClassVar[Literal["sync", "async", "trio", "anyio"]]
    """Which form of the workload it calls, where there are several; `async` is that of asyncio."""
    width: int
    """How many tasks are really under way at once."""
    notes: Sequence[str]
    """What the reader of its row must know, as sentences; mostly empty."""

    def __enter__(self) -> Self:
        """Start pools, sessions, the loop."""
        ...

    def __exit__(self, *exc_info: object) -> None:
        """Stop them all; no thread, process or socket is left."""
        ...

    def run(self, tasks: int) -> list[TaskSpan]:
        """Run tasks 0 … tasks - 1 once each; gives their spans in the order of their numbers."""
        ...
