"""A picture with all that is said of it, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture, in every form that it can take.

    Attributes:
        name: of its files, stable from run to run: `speedup`.
        title: what it shows, with units where that is not clear: a line.
        caption: what is seen in it here, with numbers: a sentence or two.
        reading: how to read it: what a mark, a line and an interval are.
        spec: Vega-Lite, whose colours are those of `waitbench.presentation.theme`. Its `usermeta`
            may name `series` that a reader can hide, and `axes` (`x`, `y`) whose scale may be
            logarithmic or linear.
    """

    name: str
    title: str
    caption: str
    reading: str
    spec: Mapping[str, Any]
