"""Profiles as a picture: where each model's time goes, as stacked shares, a field per scenario."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from waitbench import formatting
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import styled, token
from waitbench.profiling.classify import COMPUTES, KINDS, shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.presentation.vega_json import Vega
    from waitbench.profiling.classify import TimeKind
    from waitbench.profiling.profile import Profile

WIDTH, ROW = 330, 26
MOST = 12
"""More fields than this are no picture."""
HUES: Final[dict[TimeKind, str]] = {
    "waiting": token("rule"),
    "idle": token("page"),
    "no core": token("other"),
    "blocked": token("threads"),
    "library": token("asyncio"),
    "machinery": token("processes"),
    "workload": token("sync"),
}
LABELLED = 0.1
"""A narrower part has no room for its figure."""
ORDER: Final[tuple[TimeKind, ...]] = (
    *("workload", "library", "machinery"),
    *("blocked", "no core", "waiting", "idle"),
)
"""From the left: what computes, what holds it up, what waits."""


def draw(profiles: Sequence[Profile]) -> Picture | None:
    """Return a picture: a field per scenario, a bar per model; None if nothing was profiled."""
    working = [profile for profile in profiles if profile.working]
    groups = groupby(working, key=lambda profile: (profile.suite, profile.scenario))
    fields = _named([(*names, list(group)) for names, group in groups][:MOST])
    if not fields:
        return None
    facts = [fact for name, group in fields for profile in group for fact in _facts(name, profile)]
    shown = [kind for kind in ORDER if any(fact["kind"] == kind for fact in facts)]
    return Picture(
        name="profile",
        title="Where the time of each model goes, in % of its threads' or processes' time",
        caption=_caption(fields),
        reading=(
            "Each bar is all the time of the threads or processes in which tasks ran. From the "
            "left: CPU in the task itself, in the client library and in the interpreter's "
            "machinery; then blocked (the GIL, a lock) and ready without a core; then waiting "
            "for an answer and idle. A profile is no timing: who waits long is not slow for it."
        ),
        spec=styled(
            {
                "columns": 2,
                "concat": [
                    _field(name, [profile.model for profile in group], shown, legend=not number)
                    for number, (name, group) in enumerate(fields)
                ],
                "data": {"values": facts},
                "resolve": {"scale": {"y": "independent"}},
            }
        ),
    )


def _named(
    groups: Sequence[tuple[str, str, list[Profile]]],
) -> list[tuple[str, list[Profile]]]:
    """Return the fields by scenario; with the suite before it where two have one of that name."""
    times = Counter(scenario for _, scenario, _ in groups)
    return [
        (f"{suite}: {scenario}" if times[scenario] > 1 else scenario, group)
        for suite, scenario, group in groups
    ]


def _facts(scenario: str, profile: Profile) -> list[Vega]:
    parts = shares(profile.working)
    facts, begin = [], 0.0
    for rank, kind in enumerate(ORDER):
        share = parts[kind]
        if not share:
            continue
        facts.append(
            {
                "scenario": scenario,
                "model": profile.model,
                "kind": kind,
                "rank": rank,
                "begin": 100 * begin,
                "end": 100 * (begin + share),
                "middle": 100 * (begin + share / 2),
                "said": formatting.percent(share),
                "label": f"{100 * share:.0f}" if share >= LABELLED else "",
                "pale": kind in {"waiting", "idle"},
            }
        )
        begin += share
    return facts


def _field(
    scenario: str, models: Sequence[str], kinds: Sequence[TimeKind], *, legend: bool
) -> Vega:
    y = {"field": "model", "type": "nominal", "sort": list(models), "axis": {"title": None}}
    x = {
        "field": "begin",
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": {"title": "% of the time", "tickCount": 5, "grid": False},
    }
    color: Vega = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": list(kinds), "range": [HUES[kind] for kind in kinds]},
        "legend": {
            "title": None,
            "orient": "top",
            "symbolType": "square",
            "symbolStrokeColor": token("rule"),
        }
        if legend
        else None,
    }
    tooltip = [{"field": field, "type": "nominal"} for field in ("model", "kind", "said")]
    ink = {
        "condition": {"test": "datum.pale", "value": token("ink")},
        "value": token("page"),
    }
    return {
        "title": {"text": scenario},
        "width": WIDTH,
        "height": {"step": ROW},
        "transform": [{"filter": {"field": "scenario", "equal": scenario}}],
        "layer": [
            {
                "mark": {
                    "type": "bar",
                    "height": ROW - 8,
                    "stroke": token("rule"),
                    "strokeWidth": 0.5,
                },
                "encoding": {
                    "y": y,
                    "x": x,
                    "x2": {"field": "end"},
                    "color": color,
                    "tooltip": tooltip,
                },
            },
            {
                "mark": {"type": "text"},
                "encoding": {
                    "y": y,
                    "x": {**x, "field": "middle"},
                    "text": {"field": "label"},
                    "color": ink,
                },
            },
        ],
    }


def _caption(fields: Sequence[tuple[str, Sequence[Profile]]]) -> str:
    """Return who computes most of its time in each field, and how much that is."""
    sentences = []
    for name, group in fields:
        most, profile = max(
            ((_computing(profile), profile) for profile in group), key=lambda pair: pair[0]
        )
        sentences.append(
            f"in {name}, {profile.model} computes most: {formatting.percent(most)} of its time"
        )
    text = "; ".join(sentences)
    return f"{text[:1].upper()}{text[1:]}."


def _computing(profile: Profile) -> float:
    parts = shares(profile.working)
    return sum(parts[kind] for kind in KINDS if kind in COMPUTES)
