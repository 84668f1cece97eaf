"""Has the loops of a Python watched that an examined program started; Python itself imports it.

It imports nothing more before the child imports what runs loops: most children never do.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from typing import Any

PARTS = 4
"""Of what is asked for: see `waitbench.doctor.followed.Request`."""


class Awaited:
    """Waits for the first import of what runs loops."""

    def __init__(self, root: str) -> None:
        self._root = root

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return what the other finders find, once somebody listens to them."""
        if name not in {"asyncio", "uvloop", "trio"}:
            return None
        sys.meta_path.remove(self)
        sys.path.append(self._root)
        try:
            from waitbench.doctor.followed import await_loops

            await_loops()
        except Exception:  # noqa: BLE001, S110  a child is to run as it would, watched or not
            pass
        finally:
            sys.path.remove(self._root)
        specs = (finder.find_spec(name, path, target) for finder in list(sys.meta_path))
        return next((spec for spec in specs if spec is not None), None)


def _stand_aside() -> None:
    """Let the `sitecustomize` be imported that would have been without this one."""
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  starts light
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]  # noqa: PTH100
    this = sys.modules.pop("sitecustomize", None)
    try:
        __import__("sitecustomize")
    except ImportError:
        if this is not None:
            sys.modules["sitecustomize"] = this


_stand_aside()
_parts = os.environ.get("WAITBENCH_DOCTOR", "").split(os.pathsep)
if len(_parts) == PARTS and _parts[1] == sys.implementation.cache_tag:
    sys.meta_path.insert(0, Awaited(_parts[2]))
