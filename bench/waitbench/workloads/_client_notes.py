"""What the reader of a client's row must know: which version it is, and what that does unasked."""

from __future__ import annotations

from importlib import metadata

from waitbench.system.environment import imported

KNOWN = {"httpx": "no release since December 2024 (0.28.1); httpx2 is its successor"}
"""By client, what else is known of it."""
LIMITS = {
    "aiohttp": "100 requests in flight at most (3.14.5)",
    "httpx2": "100 requests in flight at most, 20 connections kept (2.16.2)",
    "niquests": "10 requests in flight at most (3.21.2)",
    "pyqwest": "no limit (0.12.0)",
    "pyreqwest": "no limit (0.15.1)",
}
"""By client, what it does by itself, and the version in which that was seen."""
UNDER = {"niquests": "urllib3", "requests": "urllib3"}
"""What does a library's work for it."""


def note(client: str, *, tuned: bool) -> str:
    """Return a sentence: the version of what is imported, and what is known of the library."""
    name = _version(client)
    if client in UNDER:
        name = f"{name} over {_version(UNDER[client])}"
    parts = (name, KNOWN.get(client), None if tuned else LIMITS.get(client))
    return "; ".join(filter(None, parts))


def _version(package: str) -> str:
    """Return a package with the version of its module, and with whose that is, if another's."""
    try:
        return f"{package} {imported(package, metadata.version(package))}"
    except metadata.PackageNotFoundError:  # our own client is no package
        return ""
