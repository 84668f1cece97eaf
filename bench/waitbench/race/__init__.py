"""The race: launches, blocks, budgets and workers; called, it is the function `waitbench.race`.

The room and the function share a name, and which of them Python finds under it depends on what was
imported before: so the room can be called, too.
"""

from __future__ import annotations

import sys
from types import ModuleType

TYPE_CHECKING = False  # workers import this, and start light
if TYPE_CHECKING:
    from typing import Any


class _Room(ModuleType):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Race functions: see `waitbench.api.racing`."""
        from importlib import import_module

        return import_module("waitbench.api.racing").race(*args, **kwargs)


sys.modules[__name__].__class__ = _Room
