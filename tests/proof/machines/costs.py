"""`python -m tests.proof.machines.costs`: what giving a launch to a machine adds to it.

A launch that is refused does all that a launch does but for its race. Where it needs the target, it
starts one of its own, while a run on one machine has one target for all its launches.
"""

from __future__ import annotations

import resource
import time
from statistics import median
from typing import TYPE_CHECKING
from unittest import mock

from tests.bench.machines.pretended import scheduling_ms
from tests.bench.synthetic import ENVIRONMENT
from waitbench.machines import task
from waitbench.machines.order import Order, packed
from waitbench.pytest_plugin.run_options import BUDGET_S, LAUNCHES
from waitbench.race.plan import Settings
from waitbench.services.target import Target
from waitbench.system import environment

if TYPE_CHECKING:
    from collections.abc import Callable

TRIALS = 7
LAUNCHES_GIVEN, MACHINES = 10_000, 64


def main() -> None:
    """Print the wall and CPU of both, as shares of an ordinary launch too, and the scheduling."""
    _tell("given to a machine", _refused)
    _tell("a target of its own", _target)
    with mock.patch.object(environment, "describe", return_value=dict(ENVIRONMENT)):
        each_ms = scheduling_ms(LAUNCHES_GIVEN, MACHINES)
    print(
        f"scheduled: {LAUNCHES_GIVEN:,} launches on {MACHINES} pretended machines, {each_ms:.2f} "
        "ms each of our own code"
    )


def _refused(trial: int) -> None:
    order = packed(Order(lineup=[], settings=Settings(launches=1), environment={}))
    kind, text = task.attempted(order, f"cost-{trial}", 60, lambda: True, alone=True)
    assert kind == "answer", text


def _target(_trial: int) -> None:
    with Target("--engine", "fast"):
        pass


def _tell(what: str, act: Callable[[int], None]) -> None:
    walls_s, cpus_s = [], []
    for trial in range(TRIALS):
        before_s, began_s = _cpu_s(), time.perf_counter()
        act(trial)
        walls_s.append(time.perf_counter() - began_s)
        cpus_s.append(_cpu_s() - before_s)
    launch_s = BUDGET_S / LAUNCHES
    wall_s, cpu_s = median(walls_s), median(cpus_s)
    print(
        f"{what}: {wall_s:.2f} s of wall, {cpu_s:.2f} s of CPU: {wall_s / launch_s:.1%} and "
        f"{cpu_s / launch_s:.1%} of a launch of {launch_s:.0f} s"
    )


def _cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
