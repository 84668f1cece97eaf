"""Something to do with a module as soon as it is there: now, or right after its import."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from importlib.machinery import ModuleSpec
    from types import ModuleType


def when_imported(
    wanted: Mapping[str, Callable[[Any], None]],
    replace: Callable[[Any, str, Callable[[Any], Any]], None],
) -> None:
    """Call each function with its module, until what `replace` set is undone."""
    there = {name for name in wanted if name in sys.modules}
    for name in there:
        wanted[name](sys.modules[name])
    late = {name: act for name, act in wanted.items() if name not in there}
    notice = Notice(late)
    replace(notice, "active", lambda _: True)
    over = [finder for finder in sys.meta_path if isinstance(finder, Notice) and not finder.active]
    for finder in over:
        sys.meta_path.remove(finder)
    sys.meta_path.insert(0, notice)


class Notice:
    """A finder that finds as those after it do, and waits beside the loader of what is wanted."""

    def __init__(self, wanted: dict[str, Callable[[Any], None]]) -> None:
        self._wanted = wanted
        self.active = False

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of one of the wanted modules, once."""
        act = self._wanted.pop(name, None) if self.active else None
        if act is None:
            return None
        finders: list[Any] = sys.meta_path
        after = finders[finders.index(self) + 1 :] if self in finders else []
        specs = (finder.find_spec(name, path, target) for finder in after)
        spec: ModuleSpec | None = next((spec for spec in specs if spec is not None), None)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            act(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
