"""What each interpreter does to each model: a field per scenario, a line per model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.by_build import pivots
from waitbench.analysis.comparison import MAIN
from waitbench.charts._axes import logarithmic
from waitbench.charts._intervals import intervals
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import family, only, styled, tips, token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.by_build import Pivot
    from waitbench.analysis.comparison import Summary
    from waitbench.presentation.vega_json import Vega

PLACE = 5
ACROSS = True
WIDTH, ROW = 150, 17
"""Of one model's field, and of an interpreter in it, in points."""
MOST = 12
"""More scenarios than this are no picture; the rest is counted."""
BEYOND = 1.5
"""Times the largest gain, or its least part, at which intervals are cut off."""
ROOM = 1.7
"""Times the highest end of an interval that the scale goes on, for the label behind it."""


def draw(summary: Summary) -> Picture | None:
    """Draw a row of fields per scenario: a field per model, a line per interpreter."""
    made = [pivot for pivot in pivots(summary) if any(cell.gain for cell in pivot.cells.values())]
    usual = [pivot for pivot in made if pivot.scenario.suite in MAIN] or made
    if not usual:
        return None
    shown = usual[:MOST]
    first = shown[0].builds[0]
    facts = [fact for pivot in shown for fact in _facts(pivot)]
    gains = [_gain(fact) for fact in facts]
    # What is too unsure for that runs out of its field: others are to be told apart.
    least, most = min(0.7, min(gains) / BEYOND), max(1.4, max(gains) * BEYOND)
    for fact in facts:
        fact["end"] = min(fact["high"], most)
        fact["low"] = max(fact["low"], least)
    domain = least, most * ROOM
    return Picture(
        name="builds",
        title=f"Every model under every interpreter, against itself under {first}",
        caption=_caption(shown, facts, first) + _cut(shown, usual),
        reading=(
            f"Each row of fields is a scenario, each field a model, each line an interpreter. A "
            f"mark is how many times as fast the model was as under {first}, which is the "
            "vertical line at 1, paired block by block; the bar through it is the interval. To the "
            "right of 1 is faster. A hollow mark is undecided: too unsure to call. All fields have "
            "the same scale."
        ),
        spec=styled(
            {
                "vconcat": [_scenario(pivot, domain, first) for pivot in shown],
                "data": {"values": facts},
                "resolve": {"scale": {"y": "independent"}},
            },
            series=list(dict.fromkeys(fact["model"] for fact in facts)),
            axes=["x"],
        ),
    )


def _facts(pivot: Pivot) -> list[Vega]:
    facts = []
    for (model, build), cell in pivot.cells.items():
        if cell.gain is None or cell.row.control:
            continue
        low, high = cell.gain.interval or (cell.gain.value, cell.gain.value)
        facts.append(
            {
                "scenario": _key(pivot, model),
                "build": build,
                "model": model,
                "family": family(cell.row.kind),
                "gain": cell.gain.value,
                "low": low,
                "high": high,
                "text": formatting.times(cell.gain.value),
                "interval": formatting.between(low, high),
                "verdict": cell.verdict.verdict if cell.verdict else "no verdict",
                "decided": bool(cell.verdict and cell.verdict.verdict != "undecided"),
            }
        )
    return facts


def _key(pivot: Pivot, model: str) -> str:
    return f"{pivot.scenario.suite}/{pivot.scenario.name}/{model}"


def _scenario(pivot: Pivot, domain: tuple[float, float], first: str) -> Vega:
    of = pivot.scenario
    work = formatting.work(of.workload, of.tasks, of.waits_ns)
    fields = [
        _field(pivot, model, domain, first)
        for model in pivot.models
        if any(
            cell.gain and not cell.row.control
            for (name, _), cell in pivot.cells.items()
            if name == model
        )
    ]
    return {
        "title": {"text": f"{work}, {of.concurrency:,} at once", "subtitle": of.name},
        "hconcat": fields,
        "resolve": {"scale": {"y": "independent"}},
    }


def _field(pivot: Pivot, model: str, domain: tuple[float, float], first: str) -> Vega:
    axis = f"times its speed under {first}"
    x = {"field": "gain", "type": "quantitative", **logarithmic(*domain, title=axis)}
    builds = [
        build
        for build in pivot.builds[1:]
        if (cell := pivot.cells.get((model, build))) and cell.gain
    ]
    y = {"field": "build", "type": "nominal", "sort": builds, "axis": {"title": None}}
    each: Vega = {
        "y": y,
        "tooltip": tips(
            model="model", build="under", text=axis, interval="interval", verdict="verdict"
        ),
    }
    text = {"type": "text", "align": "left", "dx": 6, "color": token("ink")}
    layers: list[Vega] = [
        *intervals(each, x, end="end", size=50),
        {
            "mark": text,
            "encoding": {**each, "x": {**x, "field": "end"}, "text": {"field": "text"}},
        },
    ]
    return {
        "title": {"text": model, "fontSize": 11},
        "transform": only("scenario", _key(pivot, model)),
        "width": WIDTH,
        "height": {"step": ROW},
        "layer": layers,
    }


def _caption(shown: Sequence[Pivot], facts: Sequence[Vega], first: str) -> str:
    """Return who gained and who lost most, surely, against the first interpreter."""
    sure = [fact for fact in facts if fact["verdict"] in {"faster", "slower"}]
    if not sure:
        return f"No model was surely faster or slower than under {first}."
    sentences = []
    for fact, word in ((max(sure, key=_gain), "gained"), (min(sure, key=_gain), "lost")):
        if (_gain(fact) > 1) is (word == "gained"):
            scenario = str(fact["scenario"]).split("/")[1]
            sentences.append(
                f"{fact['model']} under {fact['build']} {word} most: {fact['text']} "
                f"{fact['interval']} times its speed under {first} in {scenario}"
            )
    many = formatting.count(len(shown), "scenario")
    return f"Over {many}, {'; '.join(sentences)}."


def _gain(fact: Vega) -> float:
    return float(fact["gain"])


def _cut(shown: Sequence[Pivot], of: Sequence[Pivot]) -> str:
    return f" The first {len(shown)} of {len(of)} scenarios." if len(of) > len(shown) else ""
