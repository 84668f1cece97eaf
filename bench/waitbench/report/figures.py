"""Pictures as a page holds them: drawn once for readers without script, as data for the others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from waitbench.charts import pictures
from waitbench.presentation.theme import FAMILIES
from waitbench.presentation.vega import script, svgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.comparison import Summary
    from waitbench.presentation.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One picture on a page.

    Attributes:
        picture: its name, title, caption and how to read it.
        svg: the picture itself, its colours left to the style sheet; empty if it was not drawn.
        spec: the same as JSON that may stand inside a `script` element.
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


def inlined(value: object) -> str:
    """Write JSON that no text inside it can break out of: `</script>` is only characters there."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def bundle() -> str:
    """Return what draws in a browser as one script; empty where it could not be made."""
    return script().replace("</script", "<\\/script")


def _figure(picture: Picture, svg: str) -> Figure:
    usermeta: Mapping[str, Any] = picture.spec.get("usermeta") or {}
    return Figure(
        picture=picture,
        # What it shows is said in words beside it: a reader of screens need not spell it out.
        svg=svg.replace("<svg ", '<svg aria-hidden="true" ', 1),
        spec=inlined(picture.spec),
        series=tuple(usermeta.get("series") or ()),
        axes=tuple(usermeta.get("axes") or ()),
    )


def marked(family: str) -> str:
    """Return the sign that stands for a family beside a name."""
    return dict(zip(FAMILIES, "■▲◆●✚", strict=True))[family]
