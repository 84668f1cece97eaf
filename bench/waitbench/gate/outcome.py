"""What a gate found: one result for each benchmark, and what it all comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waitbench.gate.worktrees import SIDES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.gate.decision import GateVerdict
    from waitbench.gate.figures import Figure
    from waitbench.results.record import ContestantRecord
    from waitbench.stats.estimates import Estimate

CLEAN, SLOWER, FAILED, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses; 2 is a mistake in what was typed, too, and a gate that compared nothing."""
BASE_INTERPRETER = "base_interpreter"
"""In an outcome's `environment`, what base ran under where that is another one than head's."""
ORDER: tuple[GateVerdict, ...] = (
    "slower",
    "dearer",
    "failed",
    "undecided",
    "faster",
    "new",
    "base cannot run it",
    "vanished",
    "same",
    "same code",
)
"""In which order verdicts are shown: what somebody must look at comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a command takes beside its time, on one side.

    Attributes:
        cpu_ns: of a start, with all children.
        peak_bytes: memory of its largest process; None where it is smaller than can be told.
    """

    cpu_ns: float
    peak_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The verdict on one benchmark, with its figures.

    Attributes:
        name: of the benchmark.
        verdict: slower, faster, same, undecided, new, vanished or failed.
        margin: within which two sides are the same, as a share.
        ratio: times faster than base that head is, over its pairs; None without.
        pairs: how many fresh pairs of processes it was raced in.
        more: about how many more pairs would decide it; None where that cannot be told.
        base_ns: typical wall on base in nanoseconds: of a call of a function, else of a round.
        notes: sentences for who reads it.
        functions: sentences on those that take more time on head, where both sides were profiled.
        costs: of a command, by side.
        figures: beside the clock, by name: instructions, CPU, memory.
        by: which of clock and figures the verdict is, where they differ.
        file: that it stands in on head, from the repository's top; empty where it is in none.
        line: in that file.
    """

    name: str
    verdict: GateVerdict
    margin: float
    ratio: Estimate | None = None
    pairs: int = 0
    more: int | None = None
    base_ns: float | None = None
    notes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    costs: Mapping[str, Costs] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    by: str = ""
    file: str = ""
    line: int = 1

    @property
    def change(self) -> tuple[float, float, float] | None:
        """By what share head takes longer than base, with the ends of its interval."""
        if self.ratio is None or self.ratio.interval is None:
            return None
        low, high = self.ratio.interval
        return 1 / self.ratio.value - 1, 1 / high - 1, 1 / low - 1

    @property
    def head_ns(self) -> float | None:
        """Wall of a round on head: that of base times the change, which is paired and surer."""
        return self.base_ns / self.ratio.value if self.base_ns and self.ratio else None

    @property
    def failed_on(self) -> tuple[str, ...]:
        """Which sides a failure is on; that of base alone is not the change's fault."""
        starts = [note.partition(":")[0] for note in self.notes]
        return tuple(side for side in SIDES if side in starts) if self.verdict == "failed" else ()

    @property
    def overdue(self) -> bool:
        """Whether all that failed is that it was stopped at its time limit."""
        sides = [note for note in self.notes if note.partition(":")[0] in SIDES]
        return bool(self.failed_on) and all(OVERDUE in note for note in sides)

    @property
    def compared(self) -> bool:
        """Whether anything was held against anything, be it code alone."""
        return (
            self.verdict == "same code"
            or self.ratio is not None
            or self.pairs > 0
            or bool(self.figures)
        )

    @property
    def deciding(self) -> tuple[float, float, float] | None:
        """The change that the verdict is of, by clock or another figure, with its interval."""
        by = self.by or ("" if self.ratio else "instructions")
        return self.figures[by].change if by in self.figures else self.change


OVERDUE = "did not answer within"
"""What a worker says of a benchmark that was stopped at its time limit."""
WIDE = 0.5
"""Half the width of an interval of a change, as a share, beyond which it says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that a gate found.

    Attributes:
        base: what head was compared with, in words.
        head: what was compared, in words.
        results: one for each benchmark, in the order of the file.
        seconds: what it took.
        seed: of the order within the blocks.
        notes: sentences on the gate as a whole.
        interrupted: whether somebody stopped it early.
        rows: what was measured, by benchmark and side.
        environment: the machine that it ran on, and the interpreter of head.
        commits: hashes of base and head.
        method: how it was decided, where that was not by racing base and head here.
        counting: how instructions were counted, where they were.
        part: of a gate that several machines share, its number and how many there are.
        machine: anonymous name of the machine that raced a part.
        options: what was asked for, which all parts must have in common.
        machines: `name` and `environment` of each machine, where several raced.
    """

    base: str
    head: str
    results: tuple[Result, ...]
    seconds: float
    seed: int
    notes: tuple[str, ...] = ()
    interrupted: bool = False
    rows: Mapping[tuple[str, str], ContestantRecord] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    commits: tuple[str, str] = ("", "")
    method: str = ""
    counting: str = ""
    part: tuple[int, int] | None = None
    machine: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    machines: tuple[Mapping[str, Any], ...] = ()

    def of(self, verdict: GateVerdict) -> list[Result]:
        """Return the results with one verdict."""
        return [result for result in self.results if result.verdict == verdict]

    @property
    def empty(self) -> bool:
        """Whether nothing at all was compared."""
        return not any(result.compared for result in self.results)

    @property
    def blind(self) -> bool:
        """Whether it saw too little: no race was decided, or one is open that may be anything."""
        raced = [result for result in self.results if result.pairs or result.figures]
        open_ = [result for result in raced if result.verdict == "undecided"]
        return bool(open_) and (len(open_) == len(raced) or any(map(_anything, open_)))

    def status(
        self, *, strict: bool = False, allow_empty: bool = False, allow_undecided: bool = False
    ) -> int:
        """Return the exit status.

        Args:
            strict: whether anything that is undecided is no success.
            allow_empty: whether it is one that nothing, or nothing that runs, was compared.
            allow_undecided: whether it is one that nothing was decided.
        """
        if self.part:  # a part decides nothing: those who merge it are told what it found
            return INTERRUPTED if self.interrupted else CLEAN
        if self.of("slower") or self.of("dearer"):
            return SLOWER
        failures = [result.failed_on for result in self.of("failed")]
        if any("head" in sides and not (allow_empty and "base" in sides) for sides in failures):
            return FAILED
        if self.interrupted:
            return INTERRUPTED
        if self.empty and not allow_empty:
            return FAILED
        open_ = strict and (self.of("undecided") or self.of("failed"))
        return UNDECIDED if open_ or (self.blind and not allow_undecided) else CLEAN


def _anything(result: Result) -> bool:
    """Check whether the interval of a change is so wide that it says nothing."""
    change = result.deciding
    return change is None or (change[2] - change[1]) / 2 > WIDE
