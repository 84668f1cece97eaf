"""A race without processes: scripted workers answer at once, and a clock moves as they say."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, cast

from waitbench.race.context import Instruments
from waitbench.race.worker_process import ContestantError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from waitbench.race.worker_process import WorkerProcess
    from waitbench.system.interference import Interference
    from waitbench.system.memory import PeakMemory

START_S = 0.5
OPEN_S = 0.25
CORES = 4, 7
SECOND = 1_000_000_000


@dataclass(slots=True, kw_only=True)
class World:
    """Everything that a race touches. Nothing in it takes time but what this says.

    Attributes:
        task_s: by model, what one of its tasks takes, one after the other.
        stretch: how many times longer each round takes than its tasks, in the order of time; as
            much as the tasks where this ends.
        single: whether all workers do their work on a single thread.
        others_ns: CPU that others take in each timed round; none where this ends.
        act: called with each worker and command before it is carried out.
        wrong: by model, what turns out to be wrong with its results once a scenario is closed.
        now_s: what the clock shows.
        workers: all that were started.
        rested: process ids that were waited for before a round.
    """

    task_s: dict[str, float]
    stretch: Iterator[float] = field(default_factory=lambda: iter(()))
    single: bool = False
    others_ns: Iterator[int] = field(default_factory=lambda: iter(()))
    act: Callable[[ScriptedWorker, str], None] = lambda _worker, _operation: None
    wrong: dict[str, str] = field(default_factory=dict)
    now_s: float = 1000.0
    workers: list[ScriptedWorker] = field(default_factory=list)
    rested: list[list[int]] = field(default_factory=list)

    def instruments(self) -> Instruments:
        """What a race works with here."""
        return Instruments(
            start_worker=cast("Callable[..., WorkerProcess]", self._start_worker),
            clock=lambda: self.now_s,
            interference=lambda: cast("Interference", Others(next(self.others_ns, 0))),
            peak_memory=lambda _pid: cast("PeakMemory", NoMemory()),
            wait_for_rest=lambda pids: self.rested.append(list(pids)),
            cores=lambda: CORES,
        )

    @property
    def tasks_run(self) -> int:
        """Tasks that all workers have run, warm-ups included."""
        return sum(sum(worker.runs) for worker in self.workers)

    def _start_worker(
        self, model: str, _interrupt: object, workloads: Iterable[str], **_options: object
    ) -> ScriptedWorker:
        self.workers.append(ScriptedWorker(self, model, workloads))
        return self.workers[-1]


class ScriptedWorker:
    """Runs nothing, and says how long it took."""

    def __init__(self, world: World, model: str, workloads: Iterable[str]) -> None:
        self.model = model
        self.workloads = list(workloads)
        self.pid = len(world.workers) + 1
        self.spawn_ns = int(START_S * SECOND)
        self.alive = True
        self.runs: list[int] = []
        self._world = world
        self._commands: deque[tuple[str, dict[str, Any]]] = deque()

    def greet(self) -> None:
        """Take the time of starting, once for each worker."""
        self._world.now_s += START_S

    def send(self, operation: str, **arguments: Any) -> None:
        """Take an order."""
        self._commands.append((operation, arguments))

    def receive(self, within_s: float) -> dict[str, Any]:
        """Carry out the oldest order."""
        operation, arguments = self._commands.popleft()
        self._world.act(self, operation)
        if not self.alive:
            raise ContestantError("its worker was killed by SIGKILL")
        if operation == "open":
            self._world.now_s += OPEN_S
            return {
                "startup_ns": 1,
                "width": 1,
                "notes": [],
                "waits_ns": 0,
                "computes": False,
            }
        if operation == "close" and self.model in self._world.wrong:
            return {"wrong": self._world.wrong[self.model]}
        return (
            self._run(arguments["tasks"], arguments["core"], within_s) if operation == "run" else {}
        )

    def ask(self, operation: str, *, within_s: float, **arguments: Any) -> dict[str, Any]:
        """Take an order and carry it out."""
        self.send(operation, **arguments)
        return self.receive(within_s)

    def request_exit(self) -> None:
        """Nothing waits for it."""

    def stop(self) -> None:
        """Be gone."""
        self.alive = False

    def kill(self) -> None:
        """Be gone."""
        self.alive = False

    def _run(self, tasks: int, core: int | None, within_s: float) -> dict[str, Any]:
        self.runs.append(tasks)
        wall_s = tasks * self._world.task_s[self.model] * next(self._world.stretch, 1.0)
        assert wall_s < within_s
        self._world.now_s += wall_s
        return {
            "wall_ns": round(wall_s * SECOND),
            "cpu_ns": 0,
            "delay_ns": 0,
            "errors": 0,
            "error": None,
            "spans": "",
            "parts": {},
            "seen": {},
            "single": self._world.single,
            "core": core,
        }


class Others:
    """CPU of others in one round, as it was scripted."""

    def __init__(self, others_ns: int) -> None:
        self._others_ns = others_ns

    def stop(self, _ours_ns: int) -> int:
        """So much."""
        return self._others_ns


class NoMemory:
    """Of a process that is none."""

    bytes = kind = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """There is nothing to stop."""
