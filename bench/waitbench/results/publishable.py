"""Another tool's file as it may be published: without what names a host, a user or a folder."""

from __future__ import annotations

from typing import Any

HELD_BACK = frozenset(
    {
        "node",
        "hostname",
        "host_name",
        "host",
        "user",
        "username",
        "author",
        "extra_info",
        "python_executable",
        "executable",
        "sysconfig",
        "env_vars",
        "environ",
        "pid",
    }
)
"""Fields of the tools' files that say more of a machine's owner than of the machine."""


def publishable(document: Any) -> Any:
    """Return a copy of a parsed file without such fields, however deep they stand."""
    if isinstance(document, dict):
        return {
            name: publishable(value)
            for name, value in document.items()
            if name not in HELD_BACK and not _names_host(name, document)
        }
    if isinstance(document, list):
        return [publishable(value) for value in document]
    return document


def _names_host(name: str, within: dict[str, Any]) -> bool:
    """Whether a field is asv's name of a machine, which elsewhere is an architecture."""
    return name == "machine" and ("num_cpu" in within or "ram" in within)
