"""Colours, marks and type of every picture: one palette for light, one for dark."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.presentation.vega_json import Vega

PHASES = {
    "waiting": ("#8b94a1", "#7f8a98"),
    "sending": ("#7a4f9e", "#c39be0"),
    "queue": ("#b3362b", "#ff8f87"),
    "asked": ("#4f8ae6", "#5b93f0"),
    "injection_error": ("#96610c", "#e6b84a"),
    "return": ("#1f7a6d", "#4fd0bd"),
    "post_processing": ("#424a55", "#ccd5e2"),
}
"""Hues of the phases of a task's time, on a light and on a dark page."""
PALE = ("waiting", "asked")
"""Phases on whose hue a light page writes in ink; all others bear the colour of the page."""
FAMILIES = ("sync", "threads", "processes", "asyncio", "other")
"""Hue and mark say the family of a model; what varies within one is said by its label or a dash."""
LIGHT = {
    "sync": "#424a55",
    "threads": "#b95722",
    "processes": "#0c5f37",
    "asyncio": "#2e6ad0",
    "other": "#a45992",
    "ink": "#1d2229",
    "quiet": "#59626e",
    "rule": "#dde1e6",
    "page": "#ffffff",
}
DARK = {
    "sync": "#ccd5e2",
    "threads": "#eb8a00",
    "processes": "#3ee994",
    "asyncio": "#699bff",
    "other": "#bd7bb6",
    "ink": "#eef1f5",
    "quiet": "#a3adba",
    "rule": "#343b45",
    "page": "#14171b",
}
LIGHT |= {f"phase-{name}": hues[0] for name, hues in PHASES.items()} | {"on-pale": LIGHT["ink"]}
DARK |= {f"phase-{name}": hues[1] for name, hues in PHASES.items()} | {"on-pale": DARK["page"]}
TINT = 0.16
"""Share of a family's hue in the ground of an area. It is mixed here, not by opacity: a PDF with
two opacities has them in a random order, and the same picture should be the same file."""


def _tints(palette: Mapping[str, str]) -> dict[str, str]:
    def mixed(hue: str, ground: str) -> str:
        pairs = zip(bytes.fromhex(hue[1:]), bytes.fromhex(ground[1:]), strict=True)
        return "#" + bytes(round(TINT * a + (1 - TINT) * b) for a, b in pairs).hex()

    return {f"tint-{name}": mixed(palette[name], palette["page"]) for name in FAMILIES}


LIGHT |= _tints(LIGHT)
DARK |= _tints(DARK)
PALETTES = {"light": LIGHT, "dark": DARK}
SHAPES = ("square", "triangle-up", "diamond", "circle", "cross")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
"""Of the first, second … variant of a family in one picture."""
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""vl-convert carries the first, and draws no text at all in a font that it lacks; the second has
the same widths, so that a picture looks alike where a browser draws it. No word is bold: a PDF
with two faces has them in a random order, and the same picture should be the same file."""
SIZE = 13
"""Of every text of a picture, in points: no smaller than the text beside it."""
LABELS = 165
LEAST = 150
"""Narrower than this a field is no picture."""
LONGEST = 220
"""Points of a name at an axis; what is longer is cut."""
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def token(name: str) -> str:
    """Name a colour of the palette as a specification does: the style sheet of a page decides."""
    return f"var(--{name})"


def family(kind: str) -> str:
    """Return the family of a model by its file's name: `executor_threads` is of the threads."""
    if "processes" in kind:
        return "processes"
    if "thread" in kind:
        return "threads"
    if kind.startswith("asyncio") or kind in {"uvloop", "zuvloop", "rloop", "anyio"}:
        return "asyncio"
    return "sync" if kind == "sync" else "other"


def hue(field: str = "family") -> Vega:
    """Encode a family as its colour, without a legend: labels stand beside the marks."""
    scale = {"domain": list(FAMILIES), "range": [token(name) for name in FAMILIES]}
    return {"field": field, "type": "nominal", "scale": scale, "legend": None}


def tint(field: str = "family") -> Vega:
    """Encode a family as the ground of an area."""
    scale = {"domain": list(FAMILIES), "range": [token(f"tint-{name}") for name in FAMILIES]}
    return {"field": field, "type": "nominal", "scale": scale, "legend": None}


def mark(field: str = "family") -> Vega:
    """Encode a family as its mark."""
    scale = {"domain": list(FAMILIES), "range": list(SHAPES)}
    return {"field": field, "type": "nominal", "scale": scale, "legend": None}


def only(field: str, key: str) -> list[Vega]:
    """Filter the facts whose field is this key, without those of models that a reader hid."""
    return [
        {"filter": {"field": field, "equal": key}},
        {"filter": "!isValid(datum.model) || indexof(hidden, datum.model) < 0"},
    ]


def tips(**titles: str) -> list[Vega]:
    """Encode what is shown when a mark is pointed at: fields with their titles."""
    return [{"field": name, "type": "nominal", "title": text} for name, text in titles.items()]


def labels(
    transform: Sequence[Mapping[str, Any]], place: Mapping[str, Any], field: str
) -> list[Vega]:
    """Write a label to the right of each point in its family's hue, clear of what lies behind it.

    Args:
        transform: of both layers, as the label has a rim of its own below it.
        place: encoding of `x` and `y`.
        field: what is written.
    """
    text = {"type": "text", "align": "left", "dx": 8}
    rim = {**text, "color": token("page"), "stroke": token("page"), "strokeWidth": 4}
    encoding = {**place, "text": {"field": field}}
    return [
        {"transform": list(transform), "mark": rim, "encoding": encoding},
        {"transform": list(transform), "mark": text, "encoding": {**encoding, "color": hue()}},
    ]


def styled(  # noqa: PLR0913  what a page has to know of a picture
    spec: Mapping[str, Any],
    *,
    series: Sequence[str] = (),
    axes: Sequence[str] = (),
    labels: int = LABELS,
    least: int = LEAST,
    whole: bool = False,
) -> Vega:
    """Complete a specification: its schema, our type and colours, what a reader may change.

    Args:
        spec: the picture; where it has `series`, the parameter `hidden` (a list of them) says
            which `only` leaves out.
        series: names that a reader may hide.
        axes: channels (`x`, `y`) whose scale may be logarithmic or linear.
        labels: points that a field takes beside its width, for names and gaps.
        least: points that a field needs; with less room beside its labels it is scrolled.
        whole: whether rows belong together, so that one with less room is halved, not broken.
    """
    made = {"$schema": SCHEMA, "background": "transparent", "config": _config(), **spec}
    if series:
        made["params"] = [*spec.get("params", ()), {"name": "hidden", "value": []}]
    meta = {
        "series": list(series),
        "axes": list(axes),
        "labels": labels,
        "least": least,
        "whole": whole,
    }
    return made | {"usermeta": meta}


def painted(spec: Mapping[str, Any], theme: str = "light") -> Vega:
    """Put the colours of one palette in the place of their names, for a picture in a file."""
    palette = PALETTES[theme]
    text = json.dumps({**spec, "background": token("page")})
    for name, colour in palette.items():
        text = text.replace(token(name), colour)
    painted_spec: Vega = json.loads(text)
    return painted_spec


def _config() -> Vega:
    ink, quiet, rule = token("ink"), token("quiet"), token("rule")
    return {
        "aria": False,  # the page and the caption say in words what a picture shows
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": quiet,
            "titleColor": quiet,
            "labelFontSize": SIZE,
            "titleFontSize": SIZE,
            "titleFontWeight": "normal",
            "gridColor": rule,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
            "labelFlush": False,
            "labelLimit": LONGEST,
            "labelSeparation": 6,
        },
        "title": {
            "color": ink,
            "subtitleColor": quiet,
            "anchor": "start",
            "frame": "group",
            "fontSize": SIZE + 1,
            "subtitleFontSize": SIZE,
            "fontWeight": "normal",
            "offset": 8,
        },
        "text": {"color": ink, "fontSize": SIZE},
        "legend": {"labelColor": ink, "titleColor": quiet, "labelFontSize": SIZE, "labelLimit": 0},
        "concat": {"spacing": 24},
    }
