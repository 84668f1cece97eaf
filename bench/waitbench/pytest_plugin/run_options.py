"""The options of a run, once: `waitbench run`, pytest and the README take them from here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from waitbench.formatting import about
from waitbench.parsing import BUDGET
from waitbench.units import seconds

LAUNCHES, BUDGET_S = 4, 76.0
QUICK_LAUNCHES, QUICK_BUDGET_S = 4, 18.0
FULL_LAUNCHES, FULL_BUDGET_S = 3, 228.0
ROUND_TIMEOUT_S = 60.0
SET_UP = 1.3
"""Times its budget that a run takes, with starting and opening."""
PYTHONS = re.compile(r"--python[ =](\S+)")
ASKED = re.compile(r"--budget[ =](\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOption:
    """An option of a run.

    Attributes:
        name: as it is typed, `--round-timeout`.
        value: what stands for its value in help; None for a switch.
        text: what it does, for help.
    """

    name: str
    value: str | None = None
    text: str

    @property
    def key(self) -> str:
        """Its name as an attribute of parsed arguments."""
        return self.name.removeprefix("--").replace("-", "_")


OPTIONS = (
    RunOption(
        name="--quick",
        text=f"a few scenarios: {QUICK_BUDGET_S:g} s of racing, half a minute in all",
    ),
    RunOption(
        name="--full",
        text=f"every suite, large ones in a sample: {FULL_BUDGET_S / 60:g} minutes of racing, six "
        "in all",
    ),
    RunOption(
        name="--models",
        value="A,B",
        text="who takes part (default: sync,threads,processes,asyncio; see `waitbench list`)",
    ),
    RunOption(
        name="--python",
        value="A,B",
        text="interpreters that race: 3.13,3.15t,3.15+jit, or paths (see `list --pythons`)",
    ),
    RunOption(
        name="--python-env",
        value="DIR,DIR",
        text="environments to use for them (default: made once, from the lock file)",
    ),
    RunOption(
        name="--latency",
        value="DIST",
        text="latency of the target: 50ms, 'lognormal(p50=20ms,p99=200ms)' …",
    ),
    RunOption(name="--tasks", value="N", text="tasks in a round"),
    RunOption(name="--concurrency", value="C", text="how many of them at once"),
    RunOption(
        name="--budget",
        value="TIME",
        text=BUDGET.format(
            f"{BUDGET_S:g}s, with --quick {QUICK_BUDGET_S:g}s, with --full {FULL_BUDGET_S:g}s"
        ),
    ),
    RunOption(
        name="--launches",
        value="L",
        text=f"fresh starts of all workers: more of them, surer figures (default: {LAUNCHES})",
    ),
    RunOption(
        name="--seed",
        value="N",
        text="seed of the order within blocks and of the injected latencies (default: a new one)",
    ),
    RunOption(
        name="--part",
        value="I/K",
        text="only the I-th of K parts of the launches, to share a run out over machines (2/4); "
        "`waitbench merge` decides over all parts",
    ),
    RunOption(
        name="--scheduler",
        value="ADDRESS",
        text="let the workers of a Dask cluster take the launches, one at a time on each machine: "
        "tcp://host:8786 (extra cluster)",
    ),
    RunOption(
        name="--machines",
        value="N",
        text="the same with N workers on this machine, to try it out; they share its cores",
    ),
    RunOption(
        name="--load-from",
        value="ADDRESS|N",
        text="for serving: a generator on each worker of a Dask cluster sends its part of the load "
        "(tcp://host:8786), or N on this machine, to try it out",
    ),
    RunOption(
        name="--round-timeout",
        value="SECONDS",
        text=f"longest that one round may take (default: {ROUND_TIMEOUT_S:g})",
    ),
    RunOption(
        name="--postgres",
        value="DSN",
        text="a PostgreSQL server to use (default: start one where it is installed)",
    ),
)
"""What `waitbench run` hands on to the suites, which are pytest's."""


def timed(command: str) -> str:
    """Return a command of a run with about how long it takes: `waitbench run` (about 2 minutes).

    Args:
        command: as it is typed, `waitbench run clients --launches 6`.
    """
    asked = ASKED.search(command)
    usual_s = FULL_BUDGET_S if "--full" in command else BUDGET_S
    budget_s = QUICK_BUDGET_S if "--quick" in command else usual_s
    named = PYTHONS.search(command)
    interpreters = 1 + named[1].count(",") if named else 1
    takes_s = SET_UP * (seconds(asked[1], "--budget") if asked else budget_s * interpreters)
    return f"`{command}` ({about(takes_s)})"
