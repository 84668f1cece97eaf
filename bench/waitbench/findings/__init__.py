"""A file here is a claim: a summary in, findings out; adding a file adds a finding."""

from __future__ import annotations

import inspect
import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

from waitbench import registry
from waitbench.findings._held_back import told
from waitbench.findings._machines import on_machines
from waitbench.registry import plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from waitbench.analysis.comparison import Summary


ClaimVerdict = Literal["supported", "refuted", "conditional", "undecided"]
PYTHONS = "3.14,3.14t,3.15,3.15+jit"
"""Interpreters by which a claim across them is measured, where they are installed."""
RUNS = re.compile(r"(?<=`)waitbench run\b[^`]*")
"""A command in a sentence that measures."""
Reason = Literal["not measured", "partly measured", "held back", "too unsure"]
"""Why a claim is undecided: no row speaks to it, a part has none, the target held one back, or
what was measured lies too near the line to call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the measurements say about one claim.

    Attributes:
        claim: its id, as in the write-up: `cpu-no-gain`.
        verdict: supported, refuted, conditional (on `conditions`) or undecided.
        reason: why it is undecided, where that is not for being too unsure.
        sentence: the finding in plain English, with its numbers; an undecided one names the command
            that decides it.
        brief: the same in one short line, under 100 characters, for the table of claims; where it
            is None, the table cuts the first sentence down.
        effect: the figure that it turns on, mostly times faster; None where there is none.
        effect_of: what it is the figure of, as stands before it: `50 at once`; empty where there
            is none.
        interval: of the effect.
        unit: what both are in: `times` (as fast; below one, of the speed); `times the CPU` or
            another noun; `ns` and `bytes` (written in a fitting unit); `share`
            (written in per cent); or a word of the figure's own, such as `at once`.
        evidence: the rows it leans on, as `scenario/model`.
        conditions: what it was measured under, or what it depends on.
        scenario: the one scenario that it is about; None where it is about the run.
        suite: the suite of that scenario, since names are unique only within one.
    """

    claim: str
    verdict: ClaimVerdict
    sentence: str
    brief: str | None = None
    effect: float | None = None
    effect_of: str = ""
    interval: tuple[float, float] | None = None
    unit: str = "times"
    evidence: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    scenario: str | None = None
    suite: str | None = None
    reason: Reason | None = None

    @property
    def undecided_for(self) -> Reason | None:
        """Why it is undecided; None where it is decided."""
        if self.verdict != "undecided":
            return None
        return self.reason or ("too unsure" if self.evidence else "not measured")

    @classmethod
    def undecided(
        cls, claim: str, why: str, suites: Sequence[str], *, pythons: bool = False
    ) -> Self:
        """Return the finding of a run that did not measure the claim, with the command that does.

        Args:
            claim: its id.
            why: what was not measured, as a sentence without its end.
            suites: what the command runs; every suite where none is named.
            pythons: whether it takes several interpreters.
        """
        sentence = f"{why}: `{command(suites, pythons=pythons)}` does it."
        return cls(claim=claim, verdict="undecided", reason="not measured", sentence=sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One file of this folder, read from its names in capitals.

    Attributes:
        id: `CLAIM`, as in the write-up and on the command line: `cpu-no-gain`.
        asks: `ASKS`, the claim in our words: one sentence that could turn out to be false.
        suites: `SUITES`, the suites whose rows decide it, most telling first.
        place: `PLACE`, its order among the others (50 unless it says so): the answer to the
            question that most readers came with has the lowest.
        method: how rows become a verdict, in a few sentences: the docstring of `find`.
        find: puts the claim to a summary: one finding, or, as `find_each`, one for each scenario.
        across: `ACROSS`, whether it compares interpreters: it is asked of runs under several alone.
        each: whether it has a finding for each scenario.
    """

    id: str
    asks: str
    suites: tuple[str, ...]
    place: int
    method: str
    find: Callable[[Summary], list[Finding]]
    across: bool = False
    each: bool = False

    @classmethod
    def of(cls, file: ModuleType) -> Self:
        """Return the claim that a file of this folder makes."""
        each = getattr(file, "find_each", None)
        text = inspect.getdoc(each or file.find) or ""
        return cls(
            id=file.CLAIM,
            asks=getattr(file, "ASKS", ""),
            suites=tuple(getattr(file, "SUITES", ())),
            place=int(getattr(file, "PLACE", 50)),
            method=" ".join(text.partition("\n\nArgs:")[0].split()),
            find=each or (lambda summary: [told(file.find, summary)]),
            across=bool(getattr(file, "ACROSS", False)),
            each=each is not None,
        )

    @property
    def command(self) -> str:
        """What to type to measure it."""
        return command(self.suites, pythons=self.across)


def command(suites: Sequence[str], *, pythons: bool = False) -> str:
    """Return what to type to run some suites, or, without any, the usual ones."""
    return " ".join(("waitbench run", *suites, *(("--python", PYTHONS) if pythons else ())))


def repeated(command: str, pythons: str | None) -> str:
    """Return a command that measures, under the interpreters that a run was made under, if any."""
    if not pythons or "--python" in command:
        return command
    return f"{command} --python {shlex.quote(pythons)}"


def claims() -> list[Claim]:
    """Return every claim of this folder and of what is installed beside it, in their order."""
    own, added = [], []
    for name, file in registry.whole("findings").items():
        if name in registry.files("findings"):
            own.append(Claim.of(file))
        elif (claim := _added(name, file)) is not None:
            added.append(claim)
    ids = {claim.id for claim in own}
    for claim in added:
        if claim.id in ids:
            plugins.complain(f"a second claim {claim.id!r}, of a package, is left out")
    return sorted(
        [*own, *(claim for claim in added if claim.id not in ids)], key=lambda claim: claim.place
    )


def _added(name: str, file: ModuleType) -> Claim | None:
    """Return the claim of another package; what fails in it is a line of error and no finding."""
    try:
        claim = Claim.of(file)
    except Exception as fault:  # noqa: BLE001  somebody else's code may fail in any way
        plugins.complain(str(plugins.failed("findings", name, fault)))
        return None

    def find(summary: Summary) -> list[Finding]:
        try:
            return list(claim.find(summary))
        except Exception as fault:  # noqa: BLE001  as above
            plugins.complain(str(plugins.failed("findings", name, fault)))
            return []

    return replace(claim, find=find)


def asked(summary: Summary) -> list[Claim]:
    """Return the claims that can be put to a run: those across interpreters, where it has some."""
    return [claim for claim in claims() if summary.builds or not claim.across]


def find_all(summary: Summary) -> list[Finding]:
    """Return the findings of every claim on the summary, those on the whole run first."""
    from waitbench.findings._each_build import put

    pythons = summary.options.get("python")
    findings = [
        replace(finding, sentence=RUNS.sub(lambda run: repeated(run[0], pythons), finding.sentence))
        for claim in asked(summary)
        for finding in (on_machines(made, summary) for made in put(claim, summary))
    ]
    return sorted(findings, key=lambda finding: finding.scenario is not None)
