"""A drawing of Vega's in, out the same picture in fewer bytes: without what is not seen."""

from __future__ import annotations

import re

SILENT = re.compile(
    r' (?:aria-hidden="true"|role="graphics-[a-z]+"|aria-roledescription="[^"]*"'
    r'|pointer-events="none"|(?:opacity|stroke-width)="1")(?=[ />])'
)
"""Attributes for readers of screens, from whom the whole is hidden, and those of their defaults."""
UNSEEN = re.compile(r'<path class="(?:background"(?! fill| stroke)|foreground")[^<>]*?/>')
"""Grounds without a colour, and what stands before a field that has nothing there."""
PAINTED = re.compile(r'\b(?:fill|stroke)="')
FONT = re.compile(r' font-family="[^"]*"')
FINE = re.compile(r"(\.\d\d)\d+")
"""A hundredth of a point is finer than a screen."""


def lean(svg: str) -> str:
    """Return the drawing without what nobody sees, its font named once."""
    if not svg:
        return ""
    text = SILENT.sub("", svg)
    text = UNSEEN.sub(lambda path: path[0] if PAINTED.search(path[0]) else "", text)
    fonts = set(FONT.findall(text))
    if len(fonts) == 1:
        text = FONT.sub("", text).replace("<svg", f"<svg{fonts.pop()}", 1)
    return FINE.sub(r"\1", text)
