"""The claim that a forgotten await makes nothing happen, or something unexpected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._gains import sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row

PLACE = 67
CLAIM = "forgotten-await"
ASKS = (
    "Forget an await, and what should have been awaited does not happen, or not to its end, and "
    "nothing fails."
)
SUITES = ("forgotten",)
RIGHT, FORGOTTEN = "awaited", "await"
SLIPS = {
    FORGOTTEN: "A forgotten await",
    "gather": "A gather that is not awaited",
    "task": "A task that nobody waits for",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One way to forget, run by the interpreter and, where that was measured, by pytest."""

    name: str
    scenario: Comparison
    python: Row
    tests: Comparison | None
    pytest: Row | None

    @property
    def evidence(self) -> list[str]:
        """The rows it leans on."""
        tested = [f"{self.tests.name}/{self.name}"] if self.tests and self.pytest else []
        return [f"{self.scenario.name}/{self.name}", *tested]

    @property
    def happens(self) -> bool | None:
        """Whether it ran to its end in every run; in none; or None, in some."""
        ran = self.python.measured.metrics["ran"]
        if ran.most <= 0:
            return False
        return True if ran.least >= self.scenario.tasks else None

    @property
    def noticed(self) -> bool:
        """Whether the exit status of the program or of pytest ever said that something is wrong."""
        figures = [_least(self.python, "exit_zero"), _least(self.pytest, "pytest_green")]
        return any(least is not None and least < self.scenario.tasks for least in figures)

    @property
    def lost(self) -> bool | None:
        """Whether it bears the claim out: it never ran to its end, and nothing failed."""
        return False if self.noticed or self.happens else None if self.happens is None else True

    @property
    def warned(self) -> bool:
        """Whether the program's stderr said something in every run."""
        return (_least(self.python, "warned") or 0) >= self.scenario.tasks


def find(summary: Summary) -> Finding:
    """Look at whether the forgotten part ran, and whether anything failed because of it.

    A slip bears the claim out where what was forgotten ran to its end in no run and neither the
    exit status nor pytest ever complained. Supported where all slips do, refuted where none does,
    conditional where some do. The same program without a slip must have run to its end each time.
    """
    slips = _slips(summary)
    if FORGOTTEN not in {slip.name for slip in slips}:
        why = (
            "A program with a forgotten await was not run beside the same one without, in a way "
            "that counts"
        )
        return Finding.undecided(CLAIM, why, SUITES)
    verdict = _decide(slips)
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=" ".join(
            f"{SLIPS[slip.name]}: {_ran(slip)}; {_warning(slip)}; {_status(slip)}."
            for slip in slips
        ),
        brief=_brief(slips),
        effect_of="slips after which work was lost and nothing failed",
        effect=sum(slip.lost is True for slip in slips) / len(slips),
        unit="share",
        evidence=tuple(row for slip in slips for row in slip.evidence),
        conditions=tuple(map(_condition, slips)) if verdict == "conditional" else (),
    )


def _slips(summary: Summary) -> list[Slip]:
    """Return the slips where the program without one shows that it would have run."""
    runs = {
        scenario.params.get("run", "python"): scenario
        for scenario in summary.suites.get(SUITES[0], [])
    }
    scenario, tested = runs.get("python"), runs.get("pytest")
    right = _sound(scenario, RIGHT)
    if scenario is None or right is None or right.measured.metrics["ran"].least < scenario.tasks:
        return []
    return [
        Slip(name=name, scenario=scenario, python=row, tests=tested, pytest=_sound(tested, name))
        for name in SLIPS
        if (row := _sound(scenario, name))
    ]


def _sound(scenario: Comparison | None, name: str) -> Row | None:
    row = sound(scenario, name) if scenario else None
    return row if row and "ran" in row.measured.metrics else None


def _decide(slips: Sequence[Slip]) -> ClaimVerdict:
    outcomes = {slip.lost for slip in slips}
    if outcomes == {True}:
        return "supported"
    return "refuted" if outcomes == {False} else "conditional"


def _ran(slip: Slip) -> str:
    runs = formatting.count(slip.python.measured.metrics["ran"].rounds, "run")
    if slip.happens:
        return f"what it forgot ran to its end in all of {runs}"
    if slip.happens is None:
        return f"what it forgot ran to its end in some of {runs}"
    began = slip.python.measured.metrics.get("began")
    if began is None or began.most <= 0:
        return f"what it forgot did not even begin in any of {runs}"
    return f"what it forgot began and was cut off in all of {runs}"


def _warning(slip: Slip) -> str:
    if not slip.warned:
        return "not a word on stderr"
    located = (_least(slip.python, "told_where") or 0) >= slip.scenario.tasks
    where = "naming file and line of the slip" if located else "without naming the line of the slip"
    return f"a warning on stderr {where}"


def _status(slip: Slip) -> str:
    zero, green = _least(slip.python, "exit_zero"), _least(slip.pytest, "pytest_green")
    status = "exit status 0" if zero == slip.scenario.tasks else "an exit status that is not 0"
    if green is None:
        return status
    if green < slip.scenario.tasks:
        return f"{status}, and pytest fails"
    quiet = "" if _least(slip.pytest, "warned") else " without a word"
    return f"{status}, and pytest stays green{quiet}"


def _condition(slip: Slip) -> str:
    words = {True: "lost without a failure", None: "lost in some runs", False: "not lost unnoticed"}
    return f"{SLIPS[slip.name].lower()}: {words[slip.lost]}"


def _brief(slips: Sequence[Slip]) -> str:
    cut, warned = sum(not slip.happens for slip in slips), sum(slip.warned for slip in slips)
    failed = sum(slip.noticed for slip in slips)
    many = formatting.count(len(slips), "slip")
    return f"of {many} {cut} did not run to the end, {warned} warned, {failed} made anything fail"


def _least(row: Row | None, figure: str) -> float | None:
    """Return the least that any round of a row saw; None where nothing is known."""
    seen = row.measured.metrics.get(figure) if row else None
    return seen.least if seen else None
