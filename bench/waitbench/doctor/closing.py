"""The last screen of an examination: what was found, how sure it is, what to type next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.doctor.advice import headline
from waitbench.doctor.source_lines import shown
from waitbench.formatting import duration
from waitbench.presentation import last_screen
from waitbench.presentation.last_screen import NEXT, SURE, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.doctor.findings import Examination

NOUNS = {
    "waiting": ("hold by waiting", "holds by waiting"),
    "computing": ("hold by computing", "holds by computing"),
    "crowded": ("hold for want of a core", "holds for want of a core"),
    "gil": ("hold by another thread's GIL", "holds by another thread's GIL"),
    "collection": ("hold by garbage collection", "holds by garbage collection"),
    "flooded": ("flood of short steps", "floods of short steps"),
    "late": ("delay that nothing explains", "delays that nothing explains"),
    "expired": ("place where limits ran out", "places where limits ran out"),
    "forgotten": ("forgotten await", "forgotten awaits"),
    "failed": ("task that failed unseen", "tasks that failed unseen"),
    "lost": ("lost task", "lost tasks"),
    "pool": ("full pool", "full pools"),
    "session": ("session left open", "sessions left open"),
}
"""What is counted of each kind."""


def lines(
    examination: Examination, *, failed: str, facts: Mapping[str, Any], following: str
) -> list[Line]:
    """Return the answer of an examination, a line for each thing that a reader asks.

    Args:
        examination: what was found.
        failed: why the program itself ended early; empty if it did not.
        facts: of the machine, as a record's `environment` has them.
        following: what to type next, with about how long it takes.
    """
    return [
        Line(word="Verdict", text=verdict(examination, failed)),
        Line(word="First", text=_first(examination)),
        Line(word="Found", text=_found(examination)),
        Line(word="Loop", text=_loop(examination)),
        Line(word=SURE, text=_sure(examination)),
        last_screen.machine({**facts, "python": examination.python}, _cores(examination)),
        Line(word=NEXT, text=following),
    ]


def verdict(examination: Examination, failed: str = "") -> str:
    """Return in a sentence whether the program is healthy."""
    many = len(examination.findings)
    findings = formatting.count(many, "finding")
    if failed:
        rest = f"{findings} until then" if many else "nothing else was found until then"
        return f"Not healthy: the program itself failed ({failed}); {rest}."
    if many:
        return f"{findings}."
    if examination.healthy:
        if any(note.kind == "crowded" for note in examination.notes):
            return "No fault was found, but the loop waited for a core: see the notes."
        return "Healthy: nothing was found."
    if examination.unwatched:
        return "Not watched: nothing can be said of its loops."
    return "There was nothing to examine: no event loop ran in this process."


def brief(examination: Examination, failed: str = "") -> str:
    """Return the answer in a line."""
    first = _first(examination)
    return f"{verdict(examination, failed)}{f' First: {first}' if first else ''}"


def _first(examination: Examination) -> str:
    """Return what to mend first, and where."""
    if not examination.findings:
        return ""
    finding = examination.findings[0]
    where = f", at {shown(finding.place)}" if finding.place else ""
    return f"{headline(finding)}{where}"


def _found(examination: Examination) -> str:
    kinds = Counter(finding.kind for finding in examination.findings)
    counts = [formatting.count(many, *NOUNS[kind]) for kind, many in kinds.items()]
    if notes := len(examination.notes):
        counts.append(f"{formatting.count(notes, 'note')}, no fault of the program")
    return ", ".join(counts)


def _loop(examination: Examination) -> str:
    if not examination.ran_ns:
        return "none ran in this process"
    lag = examination.lag
    late = f"; lag p99 {duration(lag.p99_ns)}, at most {duration(lag.max_ns)}" if lag else ""
    share = f"{examination.held_share * 100:.1f} %"
    return f"ran {duration(examination.ran_ns)}, could serve nobody for {share} of it{late}"


def _sure(examination: Examination) -> str:
    seen = f"every hold above {duration(examination.threshold_ns)} was seen, and timed"
    return "; ".join([*([seen] if examination.ran_ns else []), *examination.unwatched])


def _cores(examination: Examination) -> str:
    """Return whether the loop had a core when it was ready for one."""
    if not examination.ran_ns:
        return ""
    everything = (*examination.findings, *examination.notes)
    without_ns = sum(each.total_ns for each in everything if each.kind == "crowded")
    if not without_ns:
        return "the loop never waited long for a core"
    return f"the loop waited {duration(without_ns)} for a core"
