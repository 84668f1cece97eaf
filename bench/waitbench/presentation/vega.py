"""Pictures as files: SVG, PNG and PDF with stable names, drawn without a browser or a network."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from waitbench import atomic_file
from waitbench.did_you_mean import instead
from waitbench.presentation.drawing import Order, drawings
from waitbench.presentation.theme import painted
from waitbench.registry import optional
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from waitbench.presentation.picture import Picture

INNER = re.compile(r'(?<=id=")[a-z]+_?\d+(?=")|(?<=url\(#)[a-z]+_?\d+(?=\))')
"""Names inside a drawing, where they are given and where they are used."""
FORMATS = ("svg", "png", "pdf")
DOTS = 2
"""Dots of a PNG per point of the picture: sharp on a dense screen."""


def check(forms: Iterable[str]) -> None:
    """Refuse formats of pictures that there are not, or that cannot be drawn here.

    Raises:
        BenchError: lists those that there are, or names what draws them.
    """
    for form in forms:
        if form not in FORMATS:
            raise BenchError(f"there is no figure format {form!r}; {instead(form, FORMATS)}")
        optional.need("a picture", "vl_convert")


def drawn(picture: Picture, form: str, theme: str = "light") -> bytes:
    """Draw a picture; the same bytes for the same picture.

    Args:
        picture: as a chart gave it.
        form: `svg`, `png` or `pdf`.
        theme: `light` or `dark`.

    Raises:
        BenchError: there is no such form, or it could not be drawn.
    """
    (drawing,), missing = _drawings([(picture, form)], theme)
    if drawing is None:
        raise BenchError(missing)
    return drawing


def svgs(pictures: Sequence[Picture]) -> list[str]:
    """Draw pictures for a page, whose style sheet has the hues; empty where it was not possible."""
    made, missing = drawings([Order(form="svg", spec=picture.spec) for picture in pictures])
    _tell(missing)
    return [
        _own_names(drawing, picture.name) if drawing else ""
        for picture, drawing in zip(pictures, made, strict=True)
    ]


def script() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script; empty where it could not be made."""
    (made,), missing = drawings([Order(form="script", spec={})])
    _tell(missing)
    return (made or b"").decode()


def _tell(missing: str) -> None:
    """Print on stderr what is missing, unless somebody who imported us wants it elsewhere."""
    if missing:
        logging.getLogger(__name__).warning("waitbench: %s; all else is whole", missing)


def _drawings(wanted: Sequence[tuple[Picture, str]], theme: str) -> tuple[list[bytes | None], str]:
    """Draw pictures in forms; None where it was not possible, with a sentence that says why."""
    check(form for _, form in wanted)
    made, missing = drawings(
        [
            Order(form=form, spec=painted(picture.spec, theme), scale=DOTS)
            for picture, form in wanted
        ]
    )
    return [
        _own_names(drawing, picture.name).encode() if drawing and form == "svg" else drawing
        for (picture, form), drawing in zip(wanted, made, strict=True)
    ], missing


def _own_names(drawing: bytes, name: str) -> str:
    """Return a drawing whose inner names are its own, so that several can stand on one page.

    Vega counts the names inside its drawings on from one to the next: here each has names of its
    own, and the same drawing the same ones.
    """
    text = drawing.decode()
    given = dict.fromkeys(INNER.findall(text))
    names = {inner: f"{name}-{number}" for number, inner in enumerate(given)}
    return INNER.sub(lambda match: names[match[0]], text)


def write(
    pictures: Iterable[Picture], folder: Path, forms: Sequence[str], theme: str = "light"
) -> list[Path]:
    """Write pictures as `NAME.svg`, `NAME.png`, `NAME.pdf` into a folder that is made if need be.

    Returns:
        What was written, in the order of the pictures; a line tells what could not be drawn.

    Raises:
        BenchError: no such form, or a file cannot be written.
    """
    check(forms)
    wanted = [(picture, form) for picture in pictures for form in forms]
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made, missing = _drawings(wanted, theme)
        _tell(missing)
        for (picture, form), drawing in zip(wanted, made, strict=True):
            if drawing is not None:
                path = folder / f"{picture.name}.{form}"
                atomic_file.write(path, drawing)
                written.append(path)
    except OSError as refused:
        raise BenchError(f"the figures could not be written: {refused}") from None
    return written
