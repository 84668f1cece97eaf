"""A file in, what its JSON holds out: packed, encoded or piped as people have it."""

from __future__ import annotations

import codecs
import gzip
import json
import re
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from waitbench.results import journal
from waitbench.results.foreign_text import plain_document
from waitbench.scenario import BenchError

STDIN = Path("/dev/stdin")
PIPE = re.compile(r"/dev/stdin|/dev/fd/\d+|/proc/(self|\d+)/fd/\d+", re.ASCII)
"""What a shell calls the pipes that it was told to make."""
LARGEST = 128 << 20
"""Bytes of a results file, unpacked; one of a full run has about 7 million."""
GZIPPED = b"\x1f\x8b"
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What a file begins with that is no plain UTF-8, as of PowerShell 5."""


def read(path: Path) -> Any:
    """Read what a JSON file holds, whoever wrote it; a journal of ours as the file it would become.

    Raises:
        BenchError: there is no such file, or it cannot be read.
    """
    text = _text(path)
    try:
        if journal.is_journal(text):
            return plain_document(journal.document(path, text))
        return plain_document(json.loads(text, parse_constant=_unknown))
    except json.JSONDecodeError as error:
        if not text.strip():
            raise BenchError(f"{path} is empty; give another file") from None
        ends = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        fault = "is cut short" if ends else f"is not JSON ({error.msg})"
        raise BenchError(
            f"{path} {fault} at line {error.lineno}, column {error.colno}; "
            "measure again with `waitbench run`, or give another file"
        ) from None
    except (RecursionError, ValueError):
        raise BenchError(
            f"{path} is nested too deep, or holds a number too long, to be a results file"
        ) from None


def unpacked(path: Path) -> bytes:
    """Return the bytes of a file, unpacked if need be, and no more than a run can have.

    Raises:
        OSError, EOFError, zlib.error: it cannot be read or unpacked.
        BenchError: it is too large.
    """
    content = bounded(path)
    if content.startswith(GZIPPED):
        with gzip.open(BytesIO(content)) as packed:
            content = _no_more(path, packed.read(LARGEST + 1))
    return content


def bounded(path: Path) -> bytes:
    """Return the bytes of a file, and no more than a run can have.

    Raises:
        OSError: it cannot be read.
        BenchError: it is too large, or has no end.
    """
    with path.open("rb") as file:
        return _no_more(path, file.read(LARGEST + 1))


def _no_more(path: Path, content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise BenchError(
            f"{path} holds more than {LARGEST >> 20} MiB, and no results file does; give another"
        )
    return content


def _text(path: Path) -> str:
    """Read a file as text, whatever it is packed or encoded as; a pipe where one was meant."""
    try:
        if path.is_fifo() and not PIPE.match(str(path)):
            raise BenchError(f"{path} is a pipe, which may never end; `-` reads what is piped in")
        content = unpacked(path)
        return content.decode(
            next((name for mark, name in MARKS.items() if content.startswith(mark)), "utf-8")
        )
    except FileNotFoundError:
        raise BenchError(f"there is no results file {path}; `waitbench run` makes one") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BenchError(f"{path} cannot be read as text: {error}") from None


def _unknown(word: str) -> None:
    """Read NaN and the infinities, which are no JSON, as what is not known."""
