"""Pictures as a page holds them: drawn once for readers without script, as data for the others."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from waitbench.charts import pictures
from waitbench.presentation.lean_svg import lean
from waitbench.presentation.theme import FAMILIES
from waitbench.presentation.vega import script, svgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.presentation.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One picture on a page.

    Attributes:
        picture: its name, title, caption and how to read it.
        svg: the picture itself, its colours left to the style sheet; empty if it was not drawn.
        spec: the same as JSON, for whoever has a script.
        series: names that a reader may hide.
        axes: channels whose scale may be logarithmic or linear.
    """

    picture: Picture
    svg: str
    spec: str
    series: tuple[str, ...]
    axes: tuple[str, ...]


def figures(summary: Summary) -> list[Figure]:
    """Draw all that the run has something to show for."""
    shown = pictures(summary)
    return [_figure(*pair) for pair in zip(shown, svgs(shown), strict=True)]


def packed(figures: Sequence[Figure]) -> str:
    """Return what draws the pictures in a browser and what they are, as Base64 of gzip of JSON.

    That is `{"script": …, "specs": {name: …}}`: a third of its size, and no text inside it can
    break out of the element that it stands in. Empty where the script could not be made.
    """
    if not (drawing := library()):
        return ""
    specs = ",".join(f"{_json(figure.picture.name)}:{figure.spec}" for figure in figures)
    text = f'{{"script":{_json(drawing)},"specs":{{{specs}}}}}'
    return b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@cache
def library() -> str:
    """Return what draws in a browser as one script; empty where it could not be made."""
    return script()


def _figure(picture: Picture, svg: str) -> Figure:
    usermeta: Mapping[str, Any] = picture.spec.get("usermeta") or {}
    return Figure(
        picture=picture,
        # What it shows is said in words beside it: a reader of screens need not spell it out.
        svg=lean(svg).replace("<svg ", '<svg aria-hidden="true" ', 1),
        spec=_json(picture.spec),
        series=tuple(usermeta.get("series") or ()),
        axes=tuple(usermeta.get("axes") or ()),
    )


def marked(family: str) -> str:
    """Return the sign that stands for a family beside a name."""
    return dict(zip(FAMILIES, "■▲◆●✚", strict=True))[family]
