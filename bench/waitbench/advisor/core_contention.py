"""This machine in, how two that compute hinder each other out: measured while it is calm, and kept.

Beside other programs it cannot be seen. Systems share cores out by programs, so that ours get no
more of them however many they are; and where all cores are busy anyhow, a call alone is as slow as
one beside its like. What was seen in a calm moment is therefore kept in the user's cache.
"""

from __future__ import annotations

import json
import os
import platform
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from waitbench import atomic_file
from waitbench.advisor.concurrent_trials import PAIR
from waitbench.advisor.paired_rounds import Round, paired
from waitbench.profiling import call
from waitbench.services.other_python import own
from waitbench.system import machine
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from waitbench.perfmodel.demand import Demand
    from waitbench.race.worker_process import WorkerProcess
    from waitbench.services.other_python import Interpreter

GAUGE = {"function": "waitbench.workloads._everyday:errand"}
"""Everyday Python: many small objects, which fill caches and hold the lock."""
WIDTHS = {"processes": PAIR, "threads": 4}
"""At how many at once: between two threads the lock often goes back to the same core."""
EACH, TURNS = 24, 8
"""Calls of each worker in a round, some 40 ms, and turns of alone, processes, alone, threads."""
TRIED = 3
"""Turns after which a machine that was not calm in any of them is taken for busy."""
KEPT = 9
"""So many readings of a machine are kept, one of a day; the oldest goes."""
WITHIN_S = 30.0
"""Longest that a round may take before the worker counts as hanging, in seconds."""
FOLDER, NAME = "waitbench", "core_contention.json"
"""Where readings are kept, in the user's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreContention:
    """How many times longer two calls take that compute at once.

    Attributes:
        cores: everyday Python in two processes, against alone: cores share caches and memory.
        lock: the same in several threads, against one after the other: the interpreter's lock, and
            what lies in a core's cache, goes from one to the next.
        day: when it was seen last, YYYY-MM-DD; None if this machine was never seen calm.
    """

    cores: float = 1.0
    lock: float = 1.0
    day: str | None = None

    def of(self, demand: Demand) -> float:
        """Return what a call is to expect in processes, by how much of its computing has the lock.

        That is code in Python, with its many objects. What computes for long without the lock is
        mostly a small loop over data of its own, which needs nothing but a core.
        """
        locked = min(1.0, demand.held_ns / demand.cpu_ns) if demand.cpu_ns > 0 else 1.0
        return 1 + (self.cores - 1) * locked


@cache
def core_contention(interpreter: Interpreter | None = None) -> CoreContention:
    """Measure it once a day, unless other programs have the cores; return what is kept.

    That is the median of the last days: the pace of a shared machine changes.
    """
    kept, here = _kept(), _machine(interpreter or own())
    readings = kept.get(here, [])
    seen_today = bool(readings) and readings[-1].day == _today()
    if not seen_today and (now := _measured(interpreter)):
        readings = [*readings, now][-KEPT:]
        with suppress(OSError, RuntimeError):
            _keep({**kept, here: readings})
    if not readings:
        return CoreContention()
    return CoreContention(
        cores=median(reading.cores for reading in readings),
        lock=median(reading.lock for reading in readings),
        day=readings[-1].day,
    )


def _measured(interpreter: Interpreter | None) -> CoreContention | None:
    """Let everyday Python run several at once, in turns with alone; None where never calm."""
    with ExitStack() as stack:
        never = stack.enter_context(Interrupt.never())
        workers = {
            model: stack.enter_context(call.fresh(model, never, interpreter))
            for model in ("sync", *WIDTHS)
        }
        for model, worker in workers.items():
            call.open_alone(worker, GAUGE, WIDTHS.get(model, 1))
        by_model = _ratios(workers)
    if not all(by_model.values()):
        return None
    longer = {model: max(1.0, median(ratios)) for model, ratios in by_model.items()}
    return CoreContention(cores=longer["processes"], lock=longer["threads"], day=_today())


def _today() -> str:
    return datetime.now().astimezone().date().isoformat()


def _ratios(workers: Mapping[str, WorkerProcess]) -> dict[str, list[float]]:
    """Return, for every calm turn, what a call took among others as multiples of one alone.

    Calls alone run on one core and on the next; in threads, those whose turn it is count as one. A
    machine that is never calm is given up early.
    """
    cores = cycle(machine.cores_to_pin())
    by_model: dict[str, list[float]] = {model: [] for model in WIDTHS}

    def several(model: str) -> Round:
        calls, core = EACH * WIDTHS.get(model, 1), next(cores) if model == "sync" else None
        answer = call.called(workers[model], calls, WITHIN_S, core=core)
        return Round(each_ns=answer.wall_ns / EACH, calm=not answer.disturbed)

    def order() -> Iterator[str]:
        for turn in range(TURNS):
            if turn == TRIED and not all(by_model.values()):
                return
            yield from WIDTHS

    for model in WIDTHS:
        several(model)  # to warm up
    for model, round_ in paired(order(), several, lambda: several("sync")):
        if round_.calm:
            turns = WIDTHS[model] if model == "threads" else 1
            by_model[model].append(round_.each_ns / turns)
    return by_model


def _place() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, FOLDER, NAME)


def _machine(interpreter: Interpreter) -> str:
    """Return a name for the machine and the Python that the figures are of."""
    lock = "" if interpreter.gil else " without a lock"
    cores = f"{machine.cores_allowed():g} cores of {machine.cpu_model() or platform.machine()}"
    return f"{cores}, {interpreter.name}{lock}"


def _kept() -> dict[str, list[CoreContention]]:
    """Read what was kept of all machines; a file that cannot be read keeps nothing."""
    try:
        document = json.loads(_place().read_text(encoding="utf-8"))
        return {
            name: [CoreContention(**reading) for reading in readings]
            for name, readings in document.items()
        }
    except (OSError, RuntimeError, ValueError, TypeError, AttributeError):
        return {}


def _keep(kept: Mapping[str, list[CoreContention]]) -> None:
    """Write all readings to the cache, for moments that are not calm.

    Raises:
        OSError: the cache cannot be written.
        RuntimeError: nobody knows where the user's home is.
    """
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True)
    document = {name: [asdict(reading) for reading in readings] for name, readings in kept.items()}
    atomic_file.write(place, json.dumps(document, indent=1) + "\n")
