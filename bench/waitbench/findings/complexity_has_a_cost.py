"""The claim that asyncio must pay for its complexity: where it beats what is simpler."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.row import compare
from waitbench.analysis.winner_map import MapCell, beyond, chart, within
from waitbench.findings import Finding
from waitbench.findings._gains import longer
from waitbench.findings._verdicts import decide, span, with_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.analysis.comparison import Methods, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate

PLACE = 85
CLAIM = "complexity-has-a-cost"
ASKS = "asyncio pays for its complexity: it is faster than sync and threads wherever tasks wait."
SUITES = ("map",)
MODEL = "asyncio"
PLAIN = ("sync", "threads")
"""What is simpler to write, read and debug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One cell of the map, with asyncio beside the simpler models.

    Attributes:
        cell: where.
        rival: the faster of the simpler models.
        lead: times that asyncio is faster than that.
        pays: whether asyncio surely is ahead of all of them by more than the margin; surely not
            of one; or None, which is open.
        level: the simpler models that surely do as well, up to the margin.
        share: CPU of a task as a share of its CPU and wait, with asyncio.
    """

    cell: MapCell
    rival: Row
    lead: Estimate
    pays: bool | None
    level: tuple[str, ...]
    share: float

    @property
    def place(self) -> tuple[int, float]:
        """How many at once, and the wait."""
        return self.cell.scenario.concurrency, self.cell.scenario.waits_ns


def find(summary: Summary) -> Finding:
    """Pair asyncio with sync and threads in every cell of the map, and look for the break-even.

    asyncio pays where it surely is faster than both by more than the margin of a tie; it does not
    where one of them surely is no more than that behind. Paying in every cell supports the claim,
    in none refutes it; where it pays in some and not in others, the conditions give the border for
    each number at once and each wait. Cells that are too close to call decide nothing.
    """
    trials = [
        trial for cell in chart(summary) if (trial := _trial(cell, summary.methods)) is not None
    ]
    if not trials:
        why = (
            "asyncio, sync and threads were not measured over wait, computing and concurrency "
            "in a way that counts"
        )
        return Finding.undecided(CLAIM, why, SUITES)
    verdict = decide(trial.pays for trial in trials)
    most = max(trials, key=lambda trial: trial.lead.value)
    sentences = [_counted(trials, summary.methods), _edges(trials), _sync(trials, summary.methods)]
    sentences += [f"{longer(summary, *SUITES)} would narrow it."] if verdict == "undecided" else []
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=" ".join(filter(None, sentences)),
        brief=_brief(trials),
        effect=most.lead.value,
        effect_of="asyncio's largest lead over the better of sync and threads",
        interval=most.lead.interval,
        evidence=tuple(
            f"{trial.cell.scenario.name}/{model}" for trial in trials for model in (MODEL, *PLAIN)
        ),
        conditions=() if verdict == "undecided" else _borders(trials),
    )


def _trial(cell: MapCell, methods: Methods) -> Trial | None:
    row = cell.scenario.row(MODEL)
    rivals = [cell.scenario.row(model) for model in PLAIN]
    sound = [rival for rival in rivals if rival and rival.rival and rival.wall]
    if not (row and row.rival and row.cpu_ns and len(sound) == len(PLAIN)):
        return None
    leads = {rival.model: compare(row, rival, confidence=methods.confidence) for rival in sound}
    best = min(sound, key=lambda rival: rival.wall.value if rival.wall else 0.0)
    lead = leads[best.model]
    if lead is None:
        return None
    # Two comparisons for one cell: each at half the error.
    error = (1 - methods.confidence) / len(PLAIN)
    level = tuple(model for model, lead in leads.items() if within(lead, error, methods.margin))
    ahead = all(beyond(lead, error, methods.margin) for lead in leads.values())
    return Trial(
        cell=cell,
        rival=best,
        lead=lead,
        pays=True if ahead else False if level else None,
        level=level,
        share=row.cpu_ns / (row.cpu_ns + cell.scenario.waits_ns),
    )


def _counted(trials: Sequence[Trial], methods: Methods) -> str:
    paid, not_, open_ = (
        [trial for trial in trials if trial.pays is state] for state in (True, False, None)
    )
    many, margin = formatting.count(len(trials), "cell"), formatting.percent(methods.margin)
    parts = [f"Of {many} of the map, asyncio beat sync and threads by over {margin} in {len(paid)}"]
    if not_:
        by = [
            f"{model} in {count}"
            for model in PLAIN
            if (count := sum(model in trial.level for trial in not_))
        ]
        parts.append(f"one of them did as well in {len(not_)} ({formatting.listing(by)})")
    if open_:
        parts.append(f"{len(open_)} {'is' if len(open_) == 1 else 'are'} too close to call")
    return f"{'; '.join(parts)}."


def _edges(trials: Sequence[Trial]) -> str:
    """Return the cell in which asyncio leads most, and the range where it need not be used."""
    most = max(trials, key=lambda trial: trial.lead.value)
    at_once, wait_ns = most.place
    sentence = (
        f"Its lead was largest with {at_once} at once, waits of {formatting.duration(wait_ns)} and "
        f"{formatting.percent(most.share)} CPU: {with_interval(most.lead)} times as fast as "
        f"{most.rival.model}."
    )
    level = [trial for trial in trials if trial.pays is False]
    if level:
        sentence += f" The simpler models did as well with {_range(level)}."
    return sentence


def _range(trials: Sequence[Trial]) -> str:
    """Return the least and the most of latency, concurrency and CPU share of some cells."""
    waits = sorted({trial.cell.scenario.waits_ns for trial in trials})
    at_once = sorted({trial.cell.scenario.concurrency for trial in trials})
    shares = sorted(trial.share for trial in trials)
    ranges = [
        f"waits of {span([formatting.duration(wait) for wait in waits])}",
        f"{span([f'{many:,}' for many in at_once])} at once",
        f"a CPU share of {span([formatting.percent(share) for share in shares])}",
    ]
    return formatting.listing(ranges)


def _sync(trials: Sequence[Trial], methods: Methods) -> str:
    """Return from which CPU share on sync would do, where no cell was so full of computing."""
    if any("sync" in trial.level for trial in trials):
        return ""
    tasks = min(trial.cell.scenario.tasks for trial in trials)
    # N x (wait + CPU) over N x CPU + wait comes down to 1 + margin at this share of CPU.
    share = (tasks / (1 + methods.margin) - 1) / max(tasks - 1, 1)
    if not 0 < share < 1:
        return ""
    return (
        f"sync surely did in none; by wait and CPU alone it would from a CPU share of "
        f"{formatting.percent(share)} on."
    )


def _borders(trials: Iterable[Trial]) -> tuple[str, ...]:
    """Return up to which CPU share asyncio paid, for each number at once and each wait."""
    borders = []
    for (at_once, wait_ns), group in groupby(trials, key=lambda trial: trial.place):
        row = sorted(group, key=lambda trial: trial.share)
        shares = [
            f"{word} at {span([formatting.percent(trial.share) for trial in in_state])} CPU"
            for word, state in (("pays", True), ("does not", False), ("open", None))
            if (in_state := [trial for trial in row if trial.pays is state])
        ]
        where = f"{at_once} at once, waits of {formatting.duration(wait_ns)}"
        borders.append(f"{where}: {', '.join(shares)}")
    return tuple(borders)


def _brief(trials: Sequence[Trial]) -> str:
    paid = sum(trial.pays is True for trial in trials)
    level = sum(trial.pays is False for trial in trials)
    return (
        f"asyncio beats sync and threads in {paid} of {formatting.count(len(trials), 'cell')} of "
        f"the map, and the simpler one does as well in {level}"
    )
