"""A body as it travels: as it is, as gzip, or as br where Brotli is installed; prepared once."""

from __future__ import annotations

import gzip
from importlib.util import find_spec
from typing import Final

from waitbench_server import body

IDENTITY: Final = "identity"
ENCODINGS: Final = (IDENTITY, "gzip", "br")
"""What a request may ask for, as Content-Encoding writes it."""

LARGEST_BYTES: Final = 1024**2
"""Encoded bodies are kept, so they have a bound of their own, which is that of their content."""

# What web servers take for answers that they compress as they go.
_GZIP_LEVEL: Final = 6
_BROTLI_QUALITY: Final = 5


def check(name: str) -> str:
    """Return the encoding's name, if bodies can be sent that way.

    Raises:
        ValueError: there is no such encoding, or its library is missing.
    """
    if name not in ENCODINGS:
        raise ValueError(f"{name[:40]!r} is not an encoding")
    if name == "br" and find_spec("brotli") is None:
        raise ValueError("br needs brotli: pip install brotli")
    return name


def encoded(size: int, encoding: str, *, compressible: bool) -> bytes | memoryview:
    """Return the body of this size as it travels; the same bytes for the same arguments."""
    if encoding == "gzip":
        content = body.content(size, compressible=compressible)
        return gzip.compress(content, _GZIP_LEVEL, mtime=0)
    if encoding == "br":
        import brotli  # type: ignore[import-untyped]  # the library has no types

        content = body.content(size, compressible=compressible)
        return bytes(brotli.compress(content, quality=_BROTLI_QUALITY))
    return body.view(size, compressible=compressible)
