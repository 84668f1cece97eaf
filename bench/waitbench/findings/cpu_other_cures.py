"""The claim that CPU-bound work has other cures: cores, library code, C, a better algorithm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._gains import gains, longer, machine, of_suites
from waitbench.findings._verdicts import decide

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings._gains import Gain, GainState

PLACE = 34
CLAIM = "cpu-other-cures"
ASKS = (
    "CPU-bound work gets faster by other means: a better algorithm, another language, library code "
    "that releases the GIL in threads, processes, an interpreter without the GIL."
)
SUITES = ("cures",)
PURE_PYTHON = frozenset({"compute"})
RELEASING = frozenset({"digest", "compress", "image"})
HELPS: dict[GainState, tuple[bool | None, ...]] = {
    "gain": (True,),
    "none": (False,),
    "mixed": (True, False),
    "unclear": (None,),
}
"""Whether a cure helps, by what its scenarios came to: some say yes, some no."""
UNLOCKED = {
    "threads without the GIL": "threads",
    "threads with pure Python": "",
    "sync without the GIL": "",
}
"""Whose rows show what, where all of them ran without the GIL."""
LINE = 99
"""Signs in a brief."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """What is said to help.

    Attributes:
        name: in words.
        model: whose rows show it.
        workloads: on which work.
        everywhere: whether every machine has it; a claim is not open for want of the others.
    """

    name: str
    model: str
    workloads: Collection[str]
    everywhere: bool = True


CURES = (
    Cure(name="a better algorithm", model="leaps", workloads=PURE_PYTHON),
    Cure(name="the same loop in C", model="c", workloads=frozenset({"checksum"})),
    Cure(name="processes", model="processes", workloads=PURE_PYTHON),
    Cure(name="library code in threads", model="threads", workloads=RELEASING),
    Cure(
        name="threads without the GIL",
        model="free-threaded",
        workloads=PURE_PYTHON,
        everywhere=False,
    ),
)
BESIDES = (
    Cure(name="threads with pure Python", model="threads", workloads=PURE_PYTHON),
    Cure(name="processes through asyncio", model="executor_processes", workloads=PURE_PYTHON),
    Cure(name="interpreters", model="interpreters", workloads=PURE_PYTHON),
    Cure(name="sync without the GIL", model="free-threaded-sync", workloads=PURE_PYTHON),
)
"""No cures of their own, but what the others are to be seen beside."""


def find(summary: Summary) -> Finding:
    """Compare each cure with the same work done the plain way, one task after another.

    The walk of a generator: in leaps (a better algorithm), in processes, in threads of an
    interpreter without the GIL where there is one; a checksum in C against the same in Python;
    hashing, compressing and pictures, which release the GIL, in threads against one thread. A cure
    helps if it is certainly faster in all its scenarios; it does not if it is so in none and a gain
    above 10 % is ruled out. Supported if all help, refuted if none does, conditional if some do.
    """
    tried = [(cure, gain) for cure in CURES if (gain := _gain(summary, cure))]
    names = {cure.name for cure, _ in tried}
    missing = [cure.name for cure in CURES if cure.everywhere and cure.name not in names]
    if not tried:
        why = "No cure was raced against the same work done the plain way in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    answers = [answer for _, gain in tried for answer in HELPS[gain.state]]
    verdict = decide([*answers, *(None for _ in missing)])
    sentences = [_sentence(tried, verdict), _beside(summary), *_left_out(summary)]
    if verdict == "undecided":
        sentences.append(_open(summary, missing))
    cure, gain = max(tried, key=lambda pair: pair[1].widest.value)
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        reason="partly measured" if missing else None,
        sentence=" ".join(filter(None, sentences)),
        brief=_brief([each for each in tried if each[0] != cure] or tried),
        effect=gain.widest.value,
        effect_of=f"the largest gain ({cure.name})",
        interval=gain.widest.interval,
        evidence=tuple(row for _, gain in tried for row in gain.evidence),
        conditions=_conditions(summary, tried),
    )


def _gain(summary: Summary, cure: Cure) -> Gain | None:
    """Return what a cure came to; under an interpreter whose GIL was off, its threads are one."""
    free = summary.environment.get("gil") is False
    if free and cure.name in UNLOCKED:
        cure = replace(cure, model=UNLOCKED[cure.name])
    scenarios = [
        scenario for scenario in of_suites(summary, SUITES) if scenario.workload in cure.workloads
    ]
    return next((gain for gain in gains(scenarios) if gain.model == cure.model), None)


def _sentence(tried: Sequence[tuple[Cure, Gain]], verdict: ClaimVerdict) -> str:
    parts = [f"{cure.name} {gain.text}" for cure, gain in tried]
    sentence = f"Against the plain way, times as fast: {', '.join(parts)}."
    if verdict == "refuted":
        return f"{sentence} None of them helps here."
    kinds: dict[GainState, str] = {
        "none": "Of no help here",
        "mixed": "Of help with some work only",
    }
    for state, words in kinds.items():
        names = [cure.name for cure, gain in tried if gain.state == state]
        sentence += f" {words}: {formatting.listing(names)}." if names else ""
    return sentence


def _beside(summary: Summary) -> str:
    parts = [f"{cure.name} {gain.text}" for cure in BESIDES if (gain := _gain(summary, cure))]
    return f"Beside them: {', '.join(parts)}." if parts else ""


def _left_out(summary: Summary) -> list[str]:
    """Return a sentence for each cure that could not be had here, with what it wants."""
    return [
        f"{cure.name[:1].upper()}{cure.name[1:]}: {absent['reason']}."
        for cure in CURES
        for absent in summary.left_out
        if absent.get("suite") in SUITES and absent["model"] == cure.model
    ]


def _open(summary: Summary, missing: Sequence[str]) -> str:
    if missing:
        named = formatting.listing(missing)
        return f"Not measured in a way that counts: {named}; `waitbench run cures` does it."
    return f"Some of that is too unsure to call: {longer(summary, *SUITES)} would narrow it."


def _brief(tried: Sequence[tuple[Cure, Gain]]) -> str:
    """Return what the cures beside the best one bring: the same loop in C 196 times as fast."""
    first, *more = (f"{cure.name} {_bare(gain)}" for cure, gain in tried)
    return formatting.shortened(", ".join([f"{first} times as fast", *more]), LINE)


def _bare(gain: Gain) -> str:
    values = [formatting.times(ratio.value) for ratio in gain.ratios.values()]
    return values[0] if len(values) == 1 else gain.text


def _conditions(summary: Summary, tried: Sequence[tuple[Cure, Gain]]) -> tuple[str, ...]:
    limits = [
        f"{cure.name}: {formatting.times(ratio.value)} in {scenario}"
        for cure, gain in tried
        if gain.state in {"none", "mixed"}
        for scenario, ratio in gain.ratios.items()
    ]
    return (*machine(summary), *limits)
