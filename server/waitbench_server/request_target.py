"""What stands behind the method of a request: a path, or a whole URL as a proxy is sent it."""

from __future__ import annotations

import re
from typing import Final

_ABSOLUTE: Final = re.compile(r"https?://([^/?#]*)(.*)", re.ASCII | re.IGNORECASE | re.DOTALL)


def split(target: str) -> tuple[str | None, str]:
    """Return the authority, None where there is none, and the path with its query.

    A server takes the host of a whole URL and not that of the Host header (RFC 9112, 3.2.2).
    """
    match = None if target.startswith("/") else _ABSOLUTE.fullmatch(target)
    if match is None:
        return None, target
    rest = match[2]
    return match[1], rest if rest.startswith("/") else f"/{rest}"
