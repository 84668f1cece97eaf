"""The folder is the registry: a file here reads the results file of one other tool.

Each has `NAME`, which the tool calls itself, `claims(document)`, whether a parsed file is of that
tool, and `read(document)`, which gives its `ForeignRun`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench import registry

if TYPE_CHECKING:
    from types import ModuleType

ROOM = "results/formats"


def recognised(document: Any) -> ModuleType | None:
    """Return the file of this folder whose tool wrote the document; None where none did."""
    files = (registry.load(ROOM, name) for name in registry.names(ROOM))
    return next((file for file in files if file.claims(document)), None)


def names() -> list[str]:
    """Return the names of all tools whose files are known, as a sentence has them."""
    return [str(registry.load(ROOM, name).NAME) for name in registry.names(ROOM)]
