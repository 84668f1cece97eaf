"""What the reader of a row must know of the client library that its worker has loaded."""

from __future__ import annotations

import os
import sys


def slow_parsers() -> list[str]:
    """Return a sentence where a client does in Python what it does in C elsewhere."""
    parser = sys.modules.get("aiohttp.http_parser")
    if parser is None or parser.HttpResponseParser is not parser.HttpResponseParserPy:
        return []
    if os.environ.get("AIOHTTP_NO_EXTENSIONS"):
        return ["aiohttp parses in Python, as it was told to"]
    return ["aiohttp parses in Python: it has no wheel with its C parser for this interpreter"]
