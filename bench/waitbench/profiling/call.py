"""A callable in, out whether it waits or computes: called alone in a fresh process, and watched."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from waitbench.perfmodel.demand import Demand, tells_lock
from waitbench.profiling.memory import Memory, compare
from waitbench.race.answers import round_record
from waitbench.race.worker_process import ContestantError, WorkerProcess
from waitbench.scenario import BenchError
from waitbench.system.cpu import tree_of_ns
from waitbench.system.interference import Interference, disturbed
from waitbench.system.interrupt import Interrupt
from waitbench.user_code.answers import Answers
from waitbench.user_code.import_watch import GUARD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from waitbench.results.record import RoundRecord
    from waitbench.services.other_python import Interpreter

CALLS = 2_000
"""More calls than this tell nothing new."""
WATCHED_S = 1.5
"""So long it is called, in all of its watched rounds."""
ROUNDS = 5
"""The median of so many rounds is taken: one that a neighbour fell into does not count."""
FEW_ITEMS, LOOKS = 6, 2
"""So many items are called twice: does the first call with each do what later ones do?"""
OTHERS_S = 0.2
"""What others took is counted in ticks of 10 ms on every core: in less than this they are most."""
OPEN_WITHIN_S = 60
LEARNING = "learning.json"
GIL_SAMPLES = ("watched_knocks_held", "watched_knocks_free", "watched_knocks_queued")


class CallError(BenchError):
    """A call raised, or did not give what it gives alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProfile:
    """What a callable does with its time.

    Attributes:
        demand: what one call asks for.
        first_ns: wall of the very first call, which often imports and connects.
        spreads: wall of each watched call over its round's mean: how much it differs from the next.
        calls: how many calls were made in all.
        others_share: CPU that other programs took meanwhile, in cores; None where nothing tells,
            or too short a time.
        answers: what is known of the results.
        memory: how the first call with an item compares with later ones.
        lock_told: whether they showed who computed with the interpreter's lock; where not, all of
            it is taken for such.
    """

    demand: Demand
    first_ns: int
    spreads: tuple[float, ...]
    calls: int
    others_share: float | None
    answers: Answers
    lock_told: bool = True
    memory: Memory = field(default_factory=Memory)


def profile_call(
    params: Mapping[str, str], *, most: int = CALLS, within_s: float = 30.0
) -> CallProfile:
    """Call a callable alone in a fresh process, and return what its time went into.

    Args:
        params: of `waitbench.workloads.callable`: `function`, `items`, `args`, `folder` …
        most: calls that may be made, the first included; with 1, that one is all there is.
        within_s: longest that a round of calls may take, in seconds.

    Raises:
        BenchError: it cannot be imported or called, raised, ended its process, or hangs.
    """
    with tempfile.TemporaryDirectory(prefix="waitbench-") as folder:
        answers = str(Path(folder, LEARNING))
        with Interrupt.never() as never, fresh("sync", never) as worker:
            open_alone(worker, {**params, "answers": answers, "learn": "yes"})
            return watched(worker, answers, most=most, within_s=within_s)


@contextmanager
def fresh(
    model: str, interrupt: Interrupt, interpreter: Interpreter | None = None
) -> Iterator[WorkerProcess]:
    """Start a worker that is gone when the block is left, however that comes."""
    with started(model, interrupt, interpreter) as worker:
        worker.greet()
        yield worker


def started(
    model: str, interrupt: Interrupt, interpreter: Interpreter | None = None
) -> WorkerProcess:
    """Start a worker for callables under some interpreter; None is the one that runs this."""
    if interpreter is None or interpreter.tree is None:
        return WorkerProcess(model, interrupt, ["callable"])
    tree = Path(interpreter.tree)
    return WorkerProcess(model, interrupt, ["callable"], python=interpreter.python, tree=tree)


def open_alone(worker: WorkerProcess, params: Mapping[str, str], concurrency: int = 1) -> None:
    """Let a worker import the callable.

    Raises:
        BenchError: it cannot be imported, or not be called so.
    """
    try:
        worker.ask(
            "open",
            within_s=OPEN_WITHIN_S,
            workload="callable",
            params=dict(params),
            concurrency=concurrency,
        )
    except ContestantError as refused:
        if worker.alive:
            raise BenchError(str(refused)) from None
        place = params["function"].rpartition(":")[0]
        raise BenchError(f"importing {place} runs a job ({refused}): {GUARD}") from None


def called(  # noqa: PLR0913 - all that rounds differ in
    worker: WorkerProcess,
    calls: int,
    within_s: float,
    *,
    watch: bool = False,
    resting: Sequence[int] = (),
    core: int | None = None,
) -> RoundRecord:
    """Run one round of calls; return what was measured of it.

    Args:
        worker: who runs it.
        calls: how many.
        within_s: longest that it may take, in seconds.
        watch: whether its parts are measured, too.
        resting: process ids of other workers of ours. They have nothing to do, but threads of a
            library may look for work for a while after their round: those are no other programs.
        core: where all of it has to run; None leaves that to the system.

    Raises:
        CallError: a call raised, or gave something else than alone.
        BenchError: the worker is gone.
    """
    more = {"watch": True} if watch else {}
    pinned = {} if core is None else {"core": core}
    interference, rested_ns = Interference(), sum(map(tree_of_ns, resting))
    answer = round_record(worker.ask("run", within_s=within_s, tasks=calls, **more, **pinned))
    if wrong := answer.errors:
        error = " ".join(str(answer.error).split())  # of several lines, too
        raise CallError(error if wrong == calls else f"{error} ({wrong} of {calls} calls)")
    ours_ns = answer.cpu_ns + max(0, sum(map(tree_of_ns, resting)) - rested_ns)
    others_ns = interference.stop(ours_ns)
    return replace(answer, others_ns=others_ns, disturbed=disturbed(others_ns, answer.wall_ns))


def watched(worker: WorkerProcess, answers: str, *, most: int, within_s: float) -> CallProfile:
    """Return what an open worker's watched calls ask for; the worker is closed afterwards.

    Raises:
        BenchError: a call raised, or the worker is gone.
    """
    interference, began_s = Interference(), time.monotonic()
    first = called(worker, 1, within_s, watch=most == 1)
    made, calls, items = [first], 1, Answers.read(answers).items
    remembers = False
    if most > 1:
        second = called(worker, 1, within_s, watch=True)  # the watch settles in this one
        calls, one_ns = 2, float(second.wall_ns)
        made.append(second)
        few = _few_items(second.wall_ns, items)
        if few > 1 and calls + 2 * few + ROUNDS <= most:
            # The first of sorted items may be the cheapest, and the second call one remembered.
            made += [called(worker, few, within_s, watch=True) for _ in range(LOOKS)]
            calls += LOOKS * few
            one_ns = made[-1].wall_ns / few
            remembers = _memory(made, items).remembers
        each, looked = _calls(one_ns, most - calls), len(made)
        while not remembers and calls + each <= most and len(made) < looked + ROUNDS:
            made.append(called(worker, each, within_s, watch=True))
            calls += each
        rounds = made[looked:] or made[-1:]
    else:
        rounds = [first]
    others_ns = interference.stop(round(sum(round_.cpu_ns for round_ in made)))
    took_s = time.monotonic() - began_s
    rounds = [round_ for round_ in rounds if not round_.disturbed] or rounds
    worker.ask("close", within_s=within_s)
    return CallProfile(
        demand=typical(rounds, len(rounds[0].tasks_ns)),
        first_ns=first.wall_ns,
        spreads=_spreads([round_.tasks_ns for round_ in rounds]),
        calls=calls,
        others_share=_others(others_ns, took_s),
        answers=Answers.read(answers),
        lock_told=shows_lock(rounds),
        memory=_memory(made, items),
    )


def _memory(made: Sequence[RoundRecord], items: int) -> Memory:
    """Compare first and later calls with the same item, without what they stood in line."""
    queued_ns = [seen.metrics.get("watched_own_queued_ns", 0.0) for seen in made]
    return compare([seen.tasks_ns for seen in made], items, queued_ns)


def _others(others_ns: int | None, took_s: float) -> float | None:
    """Return what others took in cores, where the time was long enough to tell."""
    return None if others_ns is None or took_s < OTHERS_S else others_ns / 1e9 / took_s


def _few_items(one_ns: int, items: int) -> int:
    """Return how many items are looked at before calls are counted by their time."""
    return max(1, min(items, FEW_ITEMS, round(WATCHED_S * 1e9 / max(1, one_ns))))


def _calls(one_ns: float, left: int) -> int:
    """Return how many calls a round has, of those that may still be made."""
    return max(1, min(round(WATCHED_S * 1e9 / ROUNDS / max(1, one_ns)), left // ROUNDS, CALLS))


def typical(rounds: Sequence[RoundRecord], calls: int) -> Demand:
    """Return the median of the rounds' demands; samples are few in one round, so theirs are pooled.

    Args:
        rounds: that were watched, at least one.
        calls: how many each had, one after the other.
    """
    each = [Demand.of(seen, wall_ns, calls) for seen, wall_ns in _pooled(rounds)]
    fields = Demand.__dataclass_fields__
    return Demand(**{name: median(getattr(demand, name) for demand in each) for name in fields})


def shows_lock(rounds: Sequence[RoundRecord]) -> bool:
    """Return whether watched rounds showed who computed with the interpreter's lock."""
    return any(tells_lock(figures, wall_ns) for figures, wall_ns in _pooled(rounds))


def _pooled(rounds: Sequence[RoundRecord]) -> list[tuple[dict[str, float], int]]:
    """Return each round's figures, with the samples of all, and its wall."""
    names = [name for name in rounds[0].metrics if name in GIL_SAMPLES]
    samples = {name: sum(round_.metrics[name] for round_ in rounds) for name in names}
    return [({**round_.metrics, **samples}, round_.wall_ns) for round_ in rounds]


def _spreads(rounds: list[list[int]]) -> tuple[float, ...]:
    """Return each call over its round's mean: that a machine's speed flips is no part of a call."""
    return tuple(wall_ns * len(each) / sum(each) for each in rounds for wall_ns in each)
