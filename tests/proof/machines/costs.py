"""`python -m tests.proof.machines.costs`: what giving a launch to a machine adds to it."""

from __future__ import annotations

import resource
import time
from statistics import median

from waitbench.machines import task
from waitbench.machines.order import Order, packed
from waitbench.pytest_plugin.run_options import BUDGET_S, LAUNCHES
from waitbench.race.plan import Settings

TRIALS = 7


def main() -> None:
    """Have launches refused, which is all that a launch does but for its race; print their cost."""
    refused = packed(Order(lineup=[], settings=Settings(launches=1), environment={}))
    walls_s, cpus_s = [], []
    for trial in range(TRIALS):
        before_s, began_s = _cpu_s(), time.perf_counter()
        kind, text = task.attempted(refused, f"cost-{trial}", 60, lambda: True, alone=True)
        assert kind == "answer", text
        walls_s.append(time.perf_counter() - began_s)
        cpus_s.append(_cpu_s() - before_s)
    launch_s = BUDGET_S / LAUNCHES
    for what, figures_s in (("wall", walls_s), ("CPU", cpus_s)):
        share = median(figures_s) / launch_s
        print(f"{what}: {median(figures_s):.2f} s, {share:.1%} of a launch of {launch_s:.0f} s")


def _cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
