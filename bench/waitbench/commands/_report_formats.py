"""Options of a report in, out the formats that it is made in, and whether a folder is meant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence


def listed(words: str | None) -> list[str]:
    """Read `a,b` as a list, each once."""
    return list(dict.fromkeys(word for part in (words or "").split(",") if (word := part.strip())))


def figures(words: str | None) -> list[str]:
    """Return the formats of pictures that were asked for; what draws them is slow to import."""
    if asked := listed(words):
        from waitbench.presentation import vega

        vega.check(asked)
    return asked


def chosen(asked: Sequence[str], place: str | None, *, into: bool, figures: bool) -> list[str]:
    """Choose the formats: what was asked for, what the file's suffix says, or the usual."""
    from waitbench import registry
    from waitbench.report import ROOM, named

    if asked:
        return list(dict.fromkeys(map(named, asked)))
    if into:
        return [] if figures else ["html"]
    if place is None:
        return ["terminal"]
    suffix, formats = Path(place).suffix.removeprefix("."), registry.suffixes(ROOM)
    # A suffix of two parts is the surer one: report.otava.csv is no plain CSV.
    suffix = next((each for each in formats if "." in each and place.endswith(f".{each}")), suffix)
    if suffix and suffix not in formats:
        suffixes = ", ".join(f".{each}" for each in formats)
        raise BenchError(f"no format has the suffix .{suffix}; there are {suffixes}")
    return [formats.get(suffix, "terminal")]


def possible(forms: list[str]) -> list[str]:
    """Return formats, unless what makes one of them is not installed.

    Raises:
        BenchError: names it, before anything is read.
    """
    if "html" in forms:
        from waitbench.presentation import page

        page.check()
    return forms


def is_folder(place: str, *, many: bool) -> bool:
    """Whether a folder was meant: there is one, it takes several files, or it has no suffix."""
    path = Path(place)
    if path.exists():
        if many and not path.is_dir():
            raise BenchError(f"several formats, and figures, go into a folder; {place} is a file")
        return path.is_dir()
    return many or place.endswith("/") or not path.suffix


def is_file(place: str) -> bool:
    """Check whether a file in one of the formats was meant, and no folder."""
    from waitbench import registry
    from waitbench.report import ROOM

    suffix = Path(place).suffix.removeprefix(".")
    return suffix in registry.suffixes(ROOM) and not Path(place).is_dir()
