"""What the doctor says: places in the code, findings, and the examination that holds them."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal[
    "waiting",
    "computing",
    "crowded",
    "gil",
    "collection",
    "flooded",
    "late",
    "expired",
    "forgotten",
    "failed",
    "lost",
    "pool",
    "session",
]
"""What is wrong: the loop was held while its thread waited, computed, or got no core; another
thread kept the GIL, or garbage was collected; steps stood in line; it was late and nothing showed
why; limits ran out meanwhile; a coroutine was never awaited; a task failed unseen, or was dropped
half-way; a pool was full; a session was left open."""

HOLDS = ("waiting", "computing", "crowded", "gil", "collection", "flooded", "late")
"""Kinds in which the loop served nobody for a time."""

UNSEEN = "no look at it was to be had: the line is where it went on"
UNSURE = "at this line or just before it: no look was to be had earlier"
IMPORTS = "it was importing a module"
CALLED_BACK = "a loop or a library called it as if it were a plain function"
FREED = "it let go of a great many objects at once"
"""What may be known of a hold beside its line, or of a coroutine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A line of the program."""

    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong at one place, however often it happened there.

    Attributes:
        subject: the coroutine, callback, task, pool or session it is about.
        place: the line to look at; None where the program gave none away.
        coroutine: for a hold, the coroutine and its line, where `place` is in a function below it;
            for a coroutine that was made in a wrapper, the line that called that.
        inside: for a hold, the innermost Python function that was running, if not at `place`; for
            a collection, the line where it came due; for a pool, where its threads were; for
            limits that ran out, the line that held the loop.
        times: how often.
        first_ns: when it first happened, since the examination began.
        total_ns, longest_ns: how long, all together and at most.
        cpu_share: of a hold's time, what its thread spent on a core.
        lock_free: whether other threads could run meanwhile (C code without the GIL);
            `lock_known` is False where too little was seen to tell.
        detail: what else is known, as part of a sentence.
        note: worth knowing, but no fault.
        steps, ready: where short steps flooded the loop, how many it took while it was late, and
            how many were in line at most.
        process: the child process that it was found in; one of them, if several.
    """

    kind: Kind
    subject: str
    place: SourceLine | None
    coroutine: SourceLine | None = None
    inside: SourceLine | None = None
    times: int = 1
    first_ns: int = 0
    total_ns: int = 0
    longest_ns: int = 0
    cpu_share: float | None = None
    lock_free: bool = False
    lock_known: bool = True
    detail: str = ""
    note: bool = False
    steps: int = 0
    ready: int = 0
    process: str = ""


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Return one finding for all of the same place and reason: holds first, the longest first."""
    alike: dict[object, Finding] = {}
    for finding in findings:
        key = (finding.kind, finding.subject, finding.place, finding.coroutine, finding.detail)
        held = alike.get(key)
        if held is None:
            alike[key] = finding
            continue
        total = held.total_ns + finding.total_ns
        alike[key] = replace(
            held,
            times=held.times + finding.times,
            total_ns=total,
            longest_ns=max(held.longest_ns, finding.longest_ns),
            first_ns=min(held.first_ns, finding.first_ns),
            inside=held.inside if held.longest_ns >= finding.longest_ns else finding.inside,
            lock_free=held.lock_free and finding.lock_free,
            lock_known=held.lock_known and finding.lock_known,
            process=held.process and finding.process,
            steps=held.steps + finding.steps,
            ready=max(held.ready, finding.ready),
            cpu_share=None
            if held.cpu_share is None or finding.cpu_share is None
            else (held.cpu_share * held.total_ns + finding.cpu_share * finding.total_ns) / total,
        )
    return sorted(
        alike.values(), key=lambda finding: (finding.kind not in HOLDS, -finding.total_ns)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How late the loop came to what was ready, as a probe every 20 ms met it."""

    p50_ns: int
    p99_ns: int
    max_ns: int
    probes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Everything that was found.

    Attributes:
        ran_ns: how long loops ran.
        held_ns: how long of it they served nobody, for more than the threshold at a time.
        steps: how many steps the loops took.
        lag: None where the loops ran too shortly to be probed.
        loop: the loops' kinds, as their modules name them.
        unwatched: clauses on loops that ran and were not watched.
        python: version of the interpreter that ran them.
    """

    threshold_ns: int
    ran_ns: int
    held_ns: int
    steps: int
    lag: Lag | None
    loop: str
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...] = field(default=())
    unwatched: tuple[str, ...] = field(default=())
    python: str = field(default_factory=platform.python_version)

    @property
    def healthy(self) -> bool:
        """Whether loops ran, all of them were watched, and nothing was found."""
        return self.watched and not self.findings

    @property
    def watched(self) -> bool:
        """Whether a loop ran, and none without being watched."""
        return self.ran_ns > 0 and not self.unwatched

    @property
    def held_share(self) -> float:
        """Of the time that loops ran, what they could serve nobody in."""
        return min(1.0, self.held_ns / self.ran_ns) if self.ran_ns else 0.0
