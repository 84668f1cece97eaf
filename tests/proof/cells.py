"""What the proof races: four kinds of work, each against copies made slower on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from waitbench.scenario import BenchError, Contestant, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from waitbench.race.conductor import Lineup

NULL = 0.0
SLOWER = (0.02, 0.05, 0.10, 0.20)
"""Injected slow-downs, as shares of the plain wall."""

ARMS = ("plain", "plain again", "slowed", "slowed again")
"""Two pairs of identical arms: two null comparisons and two slow-downs from four processes."""

UNITS = {"duration": "ns", "latency": "ns", "steps": ""}

Truth = Literal["proportional", "additive", "consensus"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkKind:
    """One kind of work, sized so that a round takes 5 to 20 ms: short rounds lie closer together.

    Attributes:
        name: what tables call it.
        model: who runs it, in all four arms.
        workload: what a task is.
        amounts: its parameters as numbers, in nanoseconds or steps; a slow-down scales them all.
        tasks: N, tasks in a round.
        concurrency: C, how many at once.
        share: about what share of a round's wall those amounts make up; the rest is the client's
            and does not grow with them, so they are scaled by so much more.
        truth: how the true ratio is known. `proportional`: the amounts are the work. `additive`:
            the waits that were added, over the plain arm's own wall. `consensus`: the mean of all
            other races of the same slow-down, where client and loop share in what was added, or a
            client that slept longer takes a little longer to wake.
        race_s: what one race may take, start-up of all its launches included.
    """

    name: str
    model: str
    workload: str
    amounts: Mapping[str, int]
    tasks: int
    concurrency: int
    share: float
    truth: Truth
    race_s: float

    def params(self, slow: float = NULL) -> dict[str, str]:
        """Return the parameters as they are typed, made slower by this share of the wall."""
        factor = 1 + slow / self.share
        return {
            name: f"{round(amount * factor)}{UNITS[name]}" for name, amount in self.amounts.items()
        }

    def extra_ns(self, slow: float) -> int:
        """Nanoseconds of waiting that a slow-down adds to a round of tasks one after the other."""
        each = (
            round(amount * (1 + slow / self.share)) - amount
            for name, amount in self.amounts.items()
            if UNITS[name] == "ns"
        )
        return sum(each) * self.tasks

    def lineup(self, slow: float) -> Lineup:
        """Enter the same model four times, twice with the slower parameters."""
        scenario = Scenario(
            suite="proof",
            workload=self.workload,
            params=self.params(),
            tasks=self.tasks,
            concurrency=self.concurrency,
            precision=0.0,  # never tight enough: every race has all its launches
        )
        slowed = self.params(slow)
        contestants = [
            Contestant(name=name, model=self.model, params=slowed if "slowed" in name else {})
            for name in ARMS
        ]
        return [(scenario, contestants)]


KINDS = {
    kind.name: kind
    for kind in (
        WorkKind(
            name="compute",
            model="sync",
            workload="compute",
            amounts={"steps": 50_000},
            tasks=1,
            concurrency=1,
            share=1.0,
            truth="proportional",
            race_s=13.0,
        ),
        WorkKind(
            name="sleep",
            model="sync",
            workload="sleep",
            amounts={"duration": 3_000_000},
            tasks=2,
            concurrency=1,
            share=0.98,
            truth="additive",
            race_s=8.0,
        ),
        WorkKind(
            name="http",
            model="sync",
            workload="http",
            amounts={"latency": 4_000_000},
            tasks=2,
            concurrency=1,
            share=0.8,
            truth="consensus",
            race_s=11.0,
        ),
        WorkKind(
            name="asyncio",
            model="asyncio",
            workload="mixed",
            amounts={"latency": 5_000_000, "steps": 4_000},
            tasks=20,
            concurrency=20,
            share=0.8,
            truth="consensus",
            race_s=22.0,
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceCell:
    """One kind of work at one slow-down; `NULL` is a race of four identical arms."""

    kind: str
    slow: float


def cells(only: Iterable[str] = ()) -> list[RaceCell]:
    """Return the cells in the order of a round robin: kinds change fastest, so any prefix is fair.

    Args:
        only: `null`, `slow2`, `slow5`, `slow10`, `slow20`, or names of kinds; everything but `null`
            by default, whose comparisons every race with a slow-down holds as well.

    Raises:
        BenchError: there is no such cell.
    """
    slows = {"null": NULL, **{f"slow{round(slow * 100)}": slow for slow in SLOWER}}
    asked = list(only)
    unknown = [name for name in asked if name not in slows and name not in KINDS]
    if unknown:
        raise BenchError(f"there is no {unknown[0]!r} to prove; there are {', '.join(names())}")
    kinds = [name for name in KINDS if name in asked] or list(KINDS)
    chosen = [slow for name, slow in slows.items() if name in asked] or list(SLOWER)
    return [RaceCell(kind=kind, slow=slow) for slow in chosen for kind in kinds]


def names() -> list[str]:
    """List what `--only` takes."""
    return ["null", *(f"slow{round(slow * 100)}" for slow in SLOWER), *KINDS]
