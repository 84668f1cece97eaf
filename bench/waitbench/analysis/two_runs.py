"""Two runs of one suite by another tool: what became slower, what is new, what else differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from waitbench.stats.unpaired import unpaired_ratio

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.results.foreign import ForeignBenchmark, ForeignRun

FACTS = {
    "cpu": "CPU",
    "cores": "cores",
    "python": "Python",
    "implementation": "implementation",
    "platform": "system",
}
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One benchmark in both runs.

    Attributes:
        label: its name, in full where two would be alike.
        before: in the first run.
        after: in the second.
        ratio: of the medians, after to before: 0.75 is three quarters of the time; of those of
            the processes where both sides had several.
        interval: of that ratio at 95 %, over processes; None where either side had one alone.
    """

    label: str
    before: ForeignBenchmark
    after: ForeignBenchmark
    ratio: float
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoRuns:
    """Two runs, matched.

    Attributes:
        changes: of all benchmarks that both have, the largest first.
        new: labels of those that only the second has.
        vanished: labels of those that only the first has.
        unmatched: names that one run has more often than the other, as a test that was run again
            has: which rows belong together is not known, so none of them is compared.
        differs: what beside the code differs: fact, before, after.
    """

    changes: tuple[Change, ...]
    new: tuple[str, ...]
    vanished: tuple[str, ...]
    unmatched: tuple[str, ...]
    differs: tuple[tuple[str, str, str], ...]


def compare(before: ForeignRun, after: ForeignRun) -> TwoRuns:
    """Match two runs by the full names of their benchmarks, never by parameters."""
    unmatched = _unmatched(before, after)
    olds, news = (
        {key: row for key, row in by_key(run).items() if key[0] not in unmatched}
        for run in (before, after)
    )
    changes = [
        _change(label, olds[key][1], benchmark)
        for key, (label, benchmark) in news.items()
        if key in olds
    ]
    return TwoRuns(
        changes=tuple(sorted(changes, key=lambda change: -abs(log(change.ratio)))),
        new=tuple(label for key, (label, _) in news.items() if key not in olds),
        vanished=tuple(label for key, (label, _) in olds.items() if key not in news),
        unmatched=unmatched,
        differs=differences(before, after),
    )


def _unmatched(before: ForeignRun, after: ForeignRun) -> tuple[str, ...]:
    """Return the names of which both runs have rows, but not equally many."""
    olds, news = (Counter(each.fullname for each in run.benchmarks) for run in (before, after))
    return tuple(name for name in news if name in olds and news[name] != olds[name])


def _change(label: str, before: ForeignBenchmark, after: ForeignBenchmark) -> Change:
    sure = unpaired_ratio(before.processes, after.processes)
    return Change(
        label=label,
        before=before,
        after=after,
        ratio=sure[0] if sure else after.value / before.value,
        interval=sure[1:] if sure else None,
    )


def by_key(run: ForeignRun) -> Mapping[Key, tuple[str, ForeignBenchmark]]:
    """Return label and benchmark by full name, unit, and which of that name it is."""
    seen: Counter[str] = Counter()
    keyed = {}
    for label, benchmark in zip(run.labels, run.benchmarks, strict=True):
        seen[benchmark.fullname] += 1
        key = benchmark.fullname, benchmark.unit, seen[benchmark.fullname]
        keyed[key] = label, benchmark
    return keyed


def differences(before: ForeignRun, after: ForeignRun) -> tuple[tuple[str, str, str], ...]:
    """List what differs between two runs beside the code: fact, before, after."""
    pairs = [
        (words, str(before.environment.get(name, "")), str(after.environment.get(name, "")))
        for name, words in FACTS.items()
    ]
    pairs.append(("tool", before.measured_by, after.measured_by))
    return tuple(
        (words, old or "not told", new or "not told") for words, old, new in pairs if old != new
    )
