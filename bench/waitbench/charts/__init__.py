"""A file here is a picture: a summary in, one Vega-Lite specification with its words out.

It has `PLACE`, its rank among the others, and `draw(summary)`, which returns its picture, or None
where the run has nothing that it could show.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench import registry
from waitbench.analysis.by_build import first

if TYPE_CHECKING:
    from types import ModuleType

    from waitbench.analysis.comparison import Summary
    from waitbench.presentation.picture import Picture


def pictures(summary: Summary) -> list[Picture]:
    """Draw all that this run has something to show for, in their order."""
    files = [registry.load("charts", name) for name in registry.names("charts")]
    ranked = sorted(files, key=lambda file: file.PLACE)
    if not summary.builds:
        return [picture for file in ranked if (picture := file.draw(summary)) is not None]
    own = first(summary)
    made = [(file, file.draw(summary if _across(file) else own)) for file in ranked]
    return [
        picture if _across(file) else replace(picture, title=f"{picture.title}, under {name}")
        for name in summary.builds[:1]
        for file, picture in made
        if picture is not None
    ]


def _across(file: ModuleType) -> bool:
    """Whether a picture shows all interpreters of a run, not the first of them alone."""
    return bool(getattr(file, "ACROSS", False))
