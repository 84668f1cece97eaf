"""A file here is a picture: a summary in, one Vega-Lite specification with its words out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitbench import registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.comparison import Summary

__all__ = ["Picture", "pictures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture, in every form that it can take.

    A file in this folder has `PLACE`, its rank among the others, and `draw(summary)`, which gives
    its picture, or None where the run has nothing that it could show.

    Attributes:
        name: of its files, stable from run to run: `speedup`.
        title: what it shows, with units where that is not clear: a line.
        caption: what is seen in it here, with numbers: a sentence or two.
        reading: how to read it: what a mark, a line and an interval are.
        spec: Vega-Lite, whose colours are those of `waitbench.presentation.theme`. Its `usermeta`
            may name
            `series` that a reader can hide, and `axes` (`x`, `y`) whose scale may be logarithmic
            or linear.
    """

    name: str
    title: str
    caption: str
    reading: str
    spec: Mapping[str, Any]


def pictures(summary: Summary) -> list[Picture]:
    """Draw all that this run has something to show for, in their order."""
    files = [registry.load("charts", name) for name in registry.names("charts")]
    ranked = sorted(files, key=lambda file: file.PLACE)
    return [picture for file in ranked if (picture := file.draw(summary)) is not None]
