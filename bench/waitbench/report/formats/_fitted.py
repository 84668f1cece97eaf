"""Pieces of a page in, the page out: what has no room is left out, by name and count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST = 64_000
"""Bytes of a page: a comment on GitHub takes 65,536 characters."""
NOTE = 2_000
"""Bytes that are kept free for the note on what was left out."""
NAMED = 12
"""So many names stand in the note; the rest is counted."""
GAP = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One part of a page.

    Attributes:
        text: Markdown; paragraphs of it belong together.
        rank: what has the largest goes first; 0 stays.
        kind: what it is one of, in the plural: `tables of suites`.
        name: its own.
    """

    text: str
    rank: int = 0
    kind: str = ""
    name: str = ""


def fixed(texts: Iterable[str]) -> list[Piece]:
    """Return parts that are on every page."""
    return [Piece(text=text) for text in texts if text]


def fitted(pieces: Sequence[Piece], instead: str, most: int = MOST) -> str:
    """Join the pieces that there is room for, and name those left out and what shows them.

    Args:
        pieces: in their order.
        instead: a sentence on where the rest can be seen.
        most: bytes of the whole.
    """
    given = [piece for piece in pieces if piece.text]
    whole = GAP.join(piece.text for piece in given) + "\n"
    if len(whole.encode()) <= most:
        return whole
    room, kept = most - NOTE, set()
    for place in sorted(range(len(given)), key=lambda place: (given[place].rank, place)):
        size = len((given[place].text + GAP).encode())
        if size <= room:
            room -= size
            kept.add(place)
    lost = [piece for place, piece in enumerate(given) if place not in kept]
    texts = [piece.text for place, piece in enumerate(given) if place in kept]
    note = f"> Left out to stay under {most // 1000} kB: {_counted(lost)}. {instead}"
    return GAP.join([*texts[:1], formatting.shortened(note, NOTE // 2), *texts[1:]]) + "\n"


def _counted(lost: Sequence[Piece]) -> str:
    kinds: dict[str, list[str]] = {}
    for piece in lost:
        kinds.setdefault(piece.kind or "other parts", []).append(piece.name)
    parts = []
    for kind, names in kinds.items():
        shown = formatting.shortlist([name for name in names if name], NAMED)
        parts.append(f"{kind}: {len(names)}" + (f" ({', '.join(shown)})" if shown else ""))
    return "; ".join(parts)
