"""Imports that Python was told to put off (`-X lazy_imports=all`, 3.15), done before any clock."""

from __future__ import annotations

import sys
import types
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LAZY: type | None = getattr(types, "LazyImportType", None)


def touch() -> None:
    """Import all that loaded modules have put off, and what that puts off in turn.

    Under this mode the first task that touches a module would import it within its time. Without
    it nothing is done: what a library itself puts off is its own doing, and warm-ups meet it.
    """
    mode = getattr(sys, "get_lazy_imports", None)
    if LAZY is None or mode is None or mode() != "all":
        return
    tried: set[tuple[int, str]] = set()
    while waiting := [place for place in _waiting(LAZY) if (id(place[0]), place[1]) not in tried]:
        for module, name in waiting:
            tried.add((id(module), name))
            with suppress(Exception):  # what cannot be imported is told by who needs it
                getattr(module, name)


def _waiting(lazy: type) -> Iterator[tuple[types.ModuleType, str]]:
    for module in list(sys.modules.values()):
        if isinstance(module, types.ModuleType):
            for name, value in list(vars(module).items()):
                if type(value) is lazy:
                    yield module, name
