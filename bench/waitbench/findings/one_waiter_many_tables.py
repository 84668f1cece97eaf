"""The claim that one event loop serves many waiting tasks at once, and what each of them costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._gains import longer, of_suites
from waitbench.findings._verdicts import below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row

PLACE = 45
CLAIM = "one-waiter-many-tables"
ASKS = "One event loop serves many waiting tasks at once: a thousand and more."
SUITES = ("waiters",)
MODEL = "asyncio"
PURE = "sleep"
"""The workload that decides it: nothing but waiting. Over the network a client's work comes in."""

HELD = 0.8
"""So much of the ideal is holding them: a fifth is left for starting and waking each of them."""
MANY = 1_000
"""At least so many tables make it `many`."""
NAMES = {"threads": "as a thread", "processes": "as a process"}
STATES = ((True, "held"), (False, "not held"), (None, "too unsure to call"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One row that waited for so many at once, all of them in one turn.

    Attributes:
        at_once: how many.
        scenario: what it ran.
        row: how it fared.
        held: whether the wall surely is within `HELD` of the ideal; None where it is open.
    """

    at_once: int
    scenario: Comparison
    row: Row
    held: bool | None

    @property
    def share(self) -> float:
        """The ideal wall as a share of the measured one; so much of them waited on average."""
        return self.row.efficiency or 0.0

    @property
    def ends(self) -> tuple[float, float] | None:
        """The interval of that."""
        wall = self.row.wall
        if wall is None or not wall.low or not wall.high:
            return None
        high = self.share * wall.value / wall.low
        # No wall is below the ideal but by the grain of a clock.
        return self.share * wall.value / wall.high, min(high, max(self.share, 1.0))


def find(summary: Summary) -> Finding:
    """See up to which number the loop holds pure waits at 80 % of the ideal wall or better.

    All waits of a round are under way at once, so the ideal is one wait. The claim is supported
    where 1,000 or more are held and no number measured surely is not; conditional where numbers
    are held up to one and a larger one surely is not; refuted where the smallest number above one
    is not held. CPU per waiter is that of a task; its memory is what the peak at the largest
    number lies above that of one waiter, shared out.
    """
    loads = _loads(summary, PURE, MODEL)
    several = [load for load in loads if load.at_once > 1]
    if not several:
        why = "How many waiting tasks one loop holds was not measured in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    verdict, up_to = _decide(several)
    costs = [cost for workload in (PURE, "http") if (cost := _costs(summary, workload))]
    lean = up_to or several[0]
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        reason="partly measured" if several[-1].at_once < MANY else None,
        sentence=" ".join([_sentence(several, verdict, summary), *costs]),
        brief=_brief(several, verdict, up_to),
        effect=lean.share,
        effect_of=f"speed beside the ideal, {lean.at_once:,} at once",
        interval=lean.ends,
        unit="share",
        evidence=tuple(
            f"{scenario.name}/{row.model}"
            for scenario in of_suites(summary, SUITES)
            for row in scenario.rows
            if row.rival
        ),
        conditions=_conditions(lean, several, verdict),
    )


def _decide(several: Sequence[Load]) -> tuple[ClaimVerdict, Load | None]:
    """Return the verdict, and the largest number up to which all are held."""
    up_to = None
    for load in several:
        if not load.held:
            break
        up_to = load
    if several[0].held is False:
        return "refuted", None
    if up_to and any(load.held is False for load in several):
        return "conditional", up_to
    return ("supported" if up_to and up_to.at_once >= MANY else "undecided"), up_to


def _loads(summary: Summary, workload: str, model: str) -> list[Load]:
    """Return the sound rows of a model in which all tasks wait at once, by how many they are."""
    loads = []
    for scenario in of_suites(summary, SUITES):
        row = scenario.row(model)
        alike = scenario.workload == workload and scenario.waits_ns > 0
        whole = scenario.tasks <= min(scenario.concurrency, row.width if row else 0)
        if alike and whole and row and row.rival:
            held = below(row.wall, scenario.ideal_ns / HELD)
            loads.append(Load(at_once=scenario.tasks, scenario=scenario, row=row, held=held))
    return sorted(loads, key=lambda load: load.at_once)


def _sentence(several: Sequence[Load], verdict: ClaimVerdict, summary: Summary) -> str:
    parts = []
    for state, word in STATES:
        if in_state := [load for load in several if load.held is state]:
            numbers = formatting.listing([f"{load.at_once:,}" for load in in_state])
            least = formatting.percent(min(load.share for load in in_state))
            better = " or better" if len(in_state) > 1 else ""
            parts.append(f"{numbers} {word} ({least} of the ideal{better})")
    wait = formatting.duration(several[0].scenario.waits_ns)
    text = f"One {MODEL} loop with waits of {wait}, all at once: {'; '.join(parts)}."
    if verdict != "undecided":
        return text
    if all(load.held for load in several):
        return f"{text} Fewer than {MANY:,} are not many: `waitbench run waiters` measures more."
    return f"{text} {longer(summary, *SUITES)} would narrow it."


def _costs(summary: Summary, workload: str) -> str:
    """Return what one waiter costs with each model, at the largest number it was raced at."""
    models = dict.fromkeys(
        row.model for scenario in of_suites(summary, SUITES) for row in scenario.rows
    )
    costs = [
        cost for model in models if (cost := _cost(_loads(summary, workload, model), model=model))
    ]
    what = {"sleep": "A waiter", "http": "A waiting HTTP request"}.get(workload, workload)
    return f"{what} cost {'; '.join(costs)}." if costs else ""


def _cost(loads: Sequence[Load], *, model: str) -> str:
    most = loads[-1] if loads else None
    if most is None or most.at_once == 1 or most.row.cpu_ns is None:
        return ""
    memory = _memory(loads)
    parts = [f"{formatting.duration(most.row.cpu_ns)} of CPU"]
    if memory is not None:
        per, unit = formatting.fitting([memory], "bytes")
        parts.append(f"{formatting.number(memory / per)} {unit}")
    return f"{' and '.join(parts)} {NAMES.get(model, f'with {model}')} (at {most.at_once:,})"


def _memory(loads: Sequence[Load]) -> float | None:
    """Return the bytes of one more waiter; None where one was not measured, or noise hides it."""
    single, most = loads[0], loads[-1]
    if (
        single.at_once != 1
        or not single.row.measured.memory_bytes
        or not most.row.measured.memory_bytes
    ):
        return None
    grown = (most.row.measured.memory_bytes - single.row.measured.memory_bytes) / (most.at_once - 1)
    return grown if grown > 0 else None


def _brief(several: Sequence[Load], verdict: ClaimVerdict, up_to: Load | None) -> str:
    wait = formatting.duration(several[0].scenario.waits_ns)
    if verdict == "refuted":
        return f"one loop does not even hold {several[0].at_once:,} waits of {wait}"
    most = several[-1]
    if up_to is None:
        return f"how many waits of {wait} one loop holds is too unsure to call"
    held = f"one loop holds {up_to.at_once:,} waits of {wait}"
    if most is up_to:
        return held
    return f"{held}; with {most.at_once:,} it reaches {formatting.percent(most.share)} of the ideal"


def _conditions(lean: Load, several: Sequence[Load], verdict: ClaimVerdict) -> tuple[str, ...]:
    wait = f"waits of {formatting.duration(lean.scenario.waits_ns)}"
    if verdict not in {"supported", "conditional"}:
        return (wait,)
    conditions = [f"up to {lean.at_once:,} at once", wait]
    most = several[-1]
    if verdict == "conditional" and most.row.cpu_ns:
        # The loop itself must come round: N x CPU is what the wait has to outlast.
        own = formatting.duration(most.at_once * most.row.cpu_ns)
        conditions.append(f"{most.at_once:,} take {own} of the loop's own CPU")
    return tuple(conditions)
