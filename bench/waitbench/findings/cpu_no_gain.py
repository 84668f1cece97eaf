"""The claim that asyncio does not speed CPU-bound work up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._gains import computing, gains, longer

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Summary
    from waitbench.findings._gains import Gain, GainState

PLACE = 30
CLAIM = "cpu-no-gain"
ASKS = "asyncio does not speed CPU-bound work up."
SUITES = ("cpu_bound",)
MODEL = "asyncio"

DECIDES: dict[GainState, ClaimVerdict] = {
    "none": "supported",
    "gain": "refuted",
    "mixed": "conditional",
    "unclear": "undecided",
}


def find(summary: Summary) -> Finding:
    """Compare asyncio with sync wherever a scenario computes and does not wait.

    Supported where it is certainly faster in none of them and any gain above 10 % is ruled out;
    refuted where it is faster in all; conditional where in some it gains and in others not.
    """
    gain = next((gain for gain in gains(computing(summary)) if gain.model == MODEL), None)
    if gain is None:
        why = "asyncio was not measured on CPU-bound work against sync in a way that counts"
        return Finding.undecided(CLAIM, why, ())
    return Finding(
        claim=CLAIM,
        verdict=DECIDES[gain.state],
        sentence=_sentence(gain, longer(summary, *SUITES)),
        brief=_brief(summary, gain),
        effect=gain.widest.value,
        effect_of="asyncio, where it did best",
        interval=gain.widest.interval,
        evidence=gain.evidence,
        conditions=tuple(gain.ratios) if gain.state == "mixed" else (),
    )


def _brief(summary: Summary, gain: Gain) -> str:
    """Return the kinds of work that it is about, and where asyncio did worst."""
    works = [scenario.workload for scenario in computing(summary) if scenario.name in gain.ratios]
    named = formatting.listing(list(dict.fromkeys(works)))
    brief = f"measured with {named}"
    if len(gain.ratios) == 1:
        return brief
    least = min(ratio.value for ratio in gain.ratios.values())
    return f"{brief}; at worst {formatting.times(least)} times the speed of sync"


def _sentence(gain: Gain, command: str) -> str:
    many = formatting.count(len(gain.ratios), "CPU-bound scenario")
    ran = f"asyncio ran {many} at {gain.text} times the speed of sync"
    if gain.state == "none":
        most = max(ratio.high or 0 for ratio in gain.ratios.values())
        limit = f"a gain above {formatting.percent(most - 1)}" if most > 1 else "any gain"
        return f"{ran}: no speed-up, and {limit} is ruled out."
    if gain.state == "gain":
        return f"{ran}: it did speed CPU-bound work up."
    if gain.state == "mixed":
        parts = [f"{name} {formatting.times(ratio.value)}" for name, ratio in gain.ratios.items()]
        return f"{ran}: in some it gained, in others not ({', '.join(parts)})."
    return f"{ran}, which is too unsure to call: {command} would narrow it."
