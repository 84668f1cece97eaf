"""Pictures as files: SVG, PNG and PDF with stable names, drawn without a browser or a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from waitbench import atomic_file
from waitbench.presentation.theme import painted
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from waitbench.presentation.picture import Picture

INNER = re.compile(r'(?<=id=")[a-z]+_?\d+(?=")|(?<=url\(#)[a-z]+_?\d+(?=\))')
"""Names inside a drawing, where they are given and where they are used."""
FORMATS = ("svg", "png", "pdf")
DOTS = 2
"""Dots of a PNG per point of the picture: sharp on a dense screen."""


def check(forms: Iterable[str]) -> None:
    """Refuse formats of pictures that there are not.

    Raises:
        BenchError: lists those that there are.
    """
    for form in forms:
        if form not in FORMATS:
            raise BenchError(f"there is no figure format {form!r}; there are {', '.join(FORMATS)}")


def drawn(picture: Picture, form: str, theme: str = "light") -> bytes:
    """Draw a picture; the same bytes for the same picture.

    Args:
        picture: as a chart gave it.
        form: `svg`, `png` or `pdf`.
        theme: `light` or `dark`.

    Raises:
        BenchError: there is no such form.
    """
    import vl_convert

    check([form])
    spec = painted(picture.spec, theme)
    if form == "svg":
        return svg(spec, picture.name).encode()
    if form == "png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=DOTS))
    return bytes(vl_convert.vegalite_to_pdf(spec))


def svg(spec: Mapping[str, Any], name: str) -> str:
    """Draw a specification, so that several drawings can stand on one page.

    Vega counts the names inside its drawings on from one to the next: here each has names of its
    own, and the same drawing the same ones.
    """
    import vl_convert

    drawing = vl_convert.vegalite_to_svg(dict(spec))
    given = dict.fromkeys(INNER.findall(drawing))
    names = {inner: f"{name}-{number}" for number, inner in enumerate(given)}
    return INNER.sub(lambda match: names[match[0]], drawing)


def write(
    pictures: Iterable[Picture], folder: Path, forms: Sequence[str], theme: str = "light"
) -> list[Path]:
    """Write pictures as `NAME.svg`, `NAME.png`, `NAME.pdf` into a folder that is made if need be.

    Returns:
        What was written, in the order of the pictures.

    Raises:
        BenchError: no such form, or a file cannot be written.
    """
    written = []
    check(forms)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for picture in pictures:
            for form in forms:
                path = folder / f"{picture.name}.{form}"
                atomic_file.write(path, drawn(picture, form, theme))
                written.append(path)
    except OSError as refused:
        raise BenchError(f"the figures could not be written: {refused}") from None
    return written
