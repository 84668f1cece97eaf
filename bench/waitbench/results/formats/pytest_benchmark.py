"""pytest-benchmark's JSON, versions 2.5 to 5: figures in seconds for each call."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from waitbench.results.foreign import (
    SECOND_NS,
    ForeignBenchmark,
    ForeignRun,
    SkippedBenchmark,
    between,
    count,
    entries,
    fault,
    figure,
    mapping,
    rounds_of,
    sorted_out,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMIT = re.compile("[0-9a-fA-F]{7,64}")
"""What names a commit; outside of a repository the tool writes `unversioned`."""
NO_BRANCH = ("unknown", "error", "detached head")
"""What it writes where there is no branch, in its parentheses."""
NAME = "pytest-benchmark"
ORDER = ("min", "q1", "median", "q3", "max")
"""Figures of a summary, none of which can be larger than the next."""
OTHERS = frozenset({"runs", "real_time"})
ROUNDING = 1e-6
"""Figures that lie no further apart, as a share, may be the same one rounded."""
FEW_ROUNDS = 5


def claims(document: Any) -> bool:
    """Check for a list of benchmarks that have not what those of other tools have."""
    top = mapping(document)
    if not isinstance(top.get("benchmarks"), list) or "creator" in top:
        return False
    return not any(OTHERS & mapping(each).keys() for each in top["benchmarks"])


def read(document: Any) -> ForeignRun:
    """Read what pytest-benchmark alone measured; benchmarks with a record of ours are left out."""
    top = mapping(document)
    benchmarks, skipped = sorted_out(
        _benchmark(each, number)
        for number, each in enumerate(entries(top.get("benchmarks")), 1)
        if "waitbench" not in mapping(mapping(each).get("extra_info"))
    )
    commit = mapping(top.get("commit_info"))
    commit_id, branch = text(commit.get("id")).strip(), text(commit.get("branch")).strip("() ")
    return ForeignRun(
        tool=NAME,
        version=text(top.get("version")),
        benchmarks=benchmarks,
        skipped=skipped,
        environment=environment(top.get("machine_info")),
        commit=commit_id if COMMIT.fullmatch(commit_id) else "",
        dirty=commit.get("dirty") is True,
        branch="" if branch in NO_BRANCH else branch,
        when=text(top.get("datetime")),
    )


def environment(machine: object) -> dict[str, Any]:
    """Return what pytest-benchmark recorded of the machine, without its name."""
    recorded = mapping(machine)
    facts = mapping(recorded.get("cpu"))
    cores = facts.get("count")
    brand = text(facts.get("brand_raw") or facts.get("brand")).strip(" -?")
    details = {
        "cpu": brand or text(recorded.get("machine")).strip(),
        "cores": cores if isinstance(cores, int) and not isinstance(cores, bool) else None,
        "python": text(recorded.get("python_version")),
        "implementation": text(recorded.get("python_implementation")),
        "platform": " ".join(
            text(recorded[name]) for name in ("system", "release") if recorded.get(name)
        ),
    }
    return {name: value for name, value in details.items() if value}


def _benchmark(entry: object, number: int) -> ForeignBenchmark | SkippedBenchmark:
    of = mapping(entry)
    stats = mapping(of.get("stats"))
    name = text(of.get("name")) or f"entry {number}"
    reason = _fault(entry, stats)
    if reason:
        return SkippedBenchmark(name=name, reason=reason)
    rounds, options = count(stats.get("rounds"), 0), mapping(of.get("options"))
    return ForeignBenchmark(
        name=name,
        fullname=text(of.get("fullname")) or name,
        group=text(of.get("group")) if text(of.get("group")).strip() else "",
        value=stats["median"] * SECOND_NS,
        rounds=rounds,
        calls=count(stats.get("iterations"), 0),
        spread=between(stats.get("q1"), stats.get("q3")) if rounds > 1 else None,
        values=rounds_of(stats.get("data")),
        remarks=_contradictions(stats),
        least_rounds=1 < rounds <= FEW_ROUNDS and figure(options.get("min_rounds")) == rounds,
    )


def _fault(entry: object, stats: Mapping[str, Any]) -> str | None:
    if not isinstance(entry, dict):
        return "it is no benchmark"
    if not stats:
        return "it has no figures"
    if "median" not in stats:
        return "it has no median"
    return fault(stats["median"])


def _contradictions(stats: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which two figures of a summary cannot both be true, in words."""
    ordered = [(name, number) for name in ORDER if (number := figure(stats.get(name))) is not None]
    wrong = [
        f"{after} is below {name}"
        for (name, low), (after, high) in pairwise(ordered)
        if high < low - ROUNDING * abs(low)
    ]
    mean, least, most = (figure(stats.get(name)) for name in ("mean", "min", "max"))
    if mean is not None and least is not None and mean < least * (1 - ROUNDING):
        wrong.append("mean is below min")
    if mean is not None and most is not None and mean > most * (1 + ROUNDING):
        wrong.append("mean is above max")
    return (f"its figures contradict each other ({', '.join(wrong)})",) if wrong else ()
