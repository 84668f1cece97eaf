"""A file here is a picture: a summary in, one Vega-Lite specification with its words out.

It has `PLACE`, its rank among the others, and `draw(summary)`, which returns its picture, or None
where the run has nothing that it could show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import registry

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Summary
    from waitbench.presentation.picture import Picture


def pictures(summary: Summary) -> list[Picture]:
    """Draw all that this run has something to show for, in their order."""
    files = [registry.load("charts", name) for name in registry.names("charts")]
    ranked = sorted(files, key=lambda file: file.PLACE)
    return [picture for file in ranked if (picture := file.draw(summary)) is not None]
