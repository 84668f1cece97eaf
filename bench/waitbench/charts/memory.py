"""What one more waiting task takes in memory, per model, against how many wait at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.charts._axes import apart, logarithmic
from waitbench.findings.one_waiter_many_tables import SUITES
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import family, hue, labels, mark, only, styled, tips

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.presentation.vega_json import Vega

PLACE = 80
WIDTH, HEIGHT = 300, 230
KB = 1e3
ROOM = 6.0
"""Times the most at once that the scale goes on, for the labels at the ends of lines."""
WAITS = {"sleep": "Waits", "http": "Waiting HTTP requests"}


def draw(summary: Summary) -> Picture | None:
    """Draw a field per kind of wait: a line per model, bytes per task over how many there are."""
    waiting = [
        scenario
        for scenario in summary.scenarios
        if scenario.suite in SUITES and scenario.waits_ns > 0
    ]
    kinds = dict.fromkeys(scenario.workload for scenario in waiting)
    by_kind = {
        kind: _grown(scenario for scenario in waiting if scenario.workload == kind)
        for kind in kinds
    }
    shown = {kind: facts for kind, facts in by_kind.items() if facts}
    if not shown:
        return None
    facts = [fact for series in shown.values() for fact in series]
    domain = min(fact["kb"] for fact in facts) / 1.5, max(fact["kb"] for fact in facts) * 1.5
    data = [
        fact | {"field": f"{kind}/{part}"}
        for kind, series in shown.items()
        for part, those in (("line", series), ("label", _ends(series, domain)))
        for fact in those
    ]
    return Picture(
        name="memory",
        title="Memory of one more waiting task",
        caption=_caption(next(iter(shown.values()))),
        reading=(
            "Each line is a model. A mark is the peak memory with so many tasks waiting at once, "
            "less that with a single one, shared out among them: what one more waiting task takes. "
            "All fields have the same scale, which is logarithmic: a step is ten times as much."
        ),
        spec=styled(
            {
                "columns": 2,
                "concat": [_field(kind, series, domain) for kind, series in shown.items()],
                "data": {"values": data},
                "resolve": {"scale": {"x": "independent", "y": "shared"}},
            },
            series=list(dict.fromkeys(fact["model"] for fact in facts)),
            labels=110,
        ),
    )


def _grown(scenarios: Iterable[Comparison]) -> list[Vega]:
    """Share out what each peak lies above that of a single waiter; below it is noise."""
    alone: dict[str, float] = {}
    facts = []
    for scenario in sorted(scenarios, key=lambda scenario: scenario.tasks):
        for row in scenario.rows:
            # What a waiter holds does not depend on how fast the target is.
            if (
                not (row.sound or row.held_back)
                or not row.measured.memory_bytes
                or row.width < scenario.tasks
            ):
                continue
            if scenario.tasks == 1:
                alone[row.model] = row.measured.memory_bytes
            elif row.measured.memory_bytes > alone.get(row.model, row.measured.memory_bytes):
                each = (row.measured.memory_bytes - alone[row.model]) / (scenario.tasks - 1)
                per, unit = formatting.fitting([each], "bytes")
                facts.append(
                    {
                        "model": row.model,
                        "family": family(row.kind),
                        "at_once": scenario.tasks,
                        "kb": each / KB,
                        "text": f"{formatting.number(each / per)} {unit}",
                    }
                )
    return facts


def _ends(facts: list[Vega], domain: tuple[float, float]) -> list[Vega]:
    last = {fact["model"]: fact for fact in facts}
    places = apart([fact["kb"] for fact in last.values()], *domain, height=HEIGHT)
    return [
        fact | {"kb": place, "label": f"{fact['model']} {fact['text']}"}
        for fact, place in zip(last.values(), places, strict=True)
    ]


def _field(kind: str, facts: list[Vega], domain: tuple[float, float]) -> Vega:
    numbers = [fact["at_once"] for fact in facts]
    x = {
        "field": "at_once",
        "type": "quantitative",
        **logarithmic(min(numbers) / 1.4, max(numbers) * ROOM, "waiting at once"),
    }
    y = {"field": "kb", "type": "quantitative", **logarithmic(*domain, "kB per waiting task")}
    place = {"x": x, "y": y}
    named = tips(model="model", at_once="at once", text="per task")
    return {
        "title": WAITS.get(kind, kind),
        "width": WIDTH,
        "height": HEIGHT,
        "layer": [
            {
                "transform": only("field", f"{kind}/line"),
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {**place, "color": hue(), "detail": {"field": "model"}},
            },
            {
                "transform": only("field", f"{kind}/line"),
                "mark": {"type": "point", "filled": True, "opacity": 1, "size": 55},
                "encoding": {**place, "color": hue(), "shape": mark(), "tooltip": named},
            },
            *labels(only("field", f"{kind}/label"), place, "label"),
        ],
    }


def _caption(facts: list[Vega]) -> str:
    last = {fact["model"]: fact for fact in facts}
    ranked = sorted(last.values(), key=lambda fact: fact["kb"])
    costs = [f"{fact['text']} with {fact['model']} (at {fact['at_once']:,})" for fact in ranked]
    return f"One more waiting task took {formatting.listing(costs)}."
