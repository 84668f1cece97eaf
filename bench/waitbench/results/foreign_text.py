r"""The one door for texts that others wrote: nothing comes through that steers a reader's screen.

What a file, a commit or somebody's code says is shown in terminals, tables, pages, drafts and
pictures: signs that move a cursor, change a title, turn the reading direction or stay unseen are
written out as Python does it, such as `\x1b`, wherever the text goes then.
"""

from __future__ import annotations

import re
from typing import Any

STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""C0 and C1 controls, format and direction signs, line and paragraph ends, halves of pairs."""
SPACES = dict.fromkeys(map(ord, "\t\n\r\v\f\u2028\u2029"), " ")
"""What only parts a text."""
DEEPEST = 64
"""Levels of a document; ours have about ten."""
UNSAFE = re.compile(r"[^\w.+=,@%-]+")
LONGEST_NAME = 180
"""Signs of a file's name, without its suffix: file systems take 255 bytes."""


def plain(text: str) -> str:
    """Return a text on one line that every medium can show as it is."""
    if not STEERING.search(text):
        return text
    return STEERING.sub(_written_out, text.translate(SPACES))


def plain_document(document: Any, levels: int = DEEPEST, *, apart: str = "") -> Any:
    """Return a JSON document with all of its texts plain, names of fields included.

    Args:
        document: as `json.loads` gave it.
        levels: that it may be nested.
        apart: signs that hold parts of a text apart, and stay.

    Raises:
        ValueError: it is nested deeper than anything that is ours.
    """
    if isinstance(document, str):
        if not apart:
            return plain(document)
        return "".join(
            part if part in apart else plain(part)
            for part in re.split(f"([{re.escape(apart)}])", document)
        )
    if not isinstance(document, dict | list):
        return document
    if not levels:
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    if isinstance(document, list):
        return [plain_document(each, levels - 1, apart=apart) for each in document]
    return {
        plain(name): plain_document(each, levels - 1, apart=apart)
        for name, each in document.items()
    }


def file_name(text: str) -> str:
    """Return a text as the name of a file, which lies in the folder that it is written to."""
    return UNSAFE.sub("_", plain(text))[:LONGEST_NAME].lstrip(".") or "_"


def _written_out(match: re.Match[str]) -> str:
    return (
        match[0].encode("ascii", "backslashreplace").decode()
        if match[0] > "\x7f"
        else (f"\\x{ord(match[0]):02x}")
    )
