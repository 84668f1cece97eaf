"""A function in, what it keeps between calls out: its module's containers, defaults, its object."""

from __future__ import annotations

import array
import collections
import inspect
from typing import TYPE_CHECKING, Any

from waitbench.user_code.items import state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONTAINERS = (list, dict, set, bytearray, collections.deque, array.array)


def kept(function: Callable[..., Any]) -> dict[str, bytes]:
    """Return the state of everything that calls may leave changed, by its name.

    What cannot be pickled is left out, and so is what functions further down keep.
    """
    states = {name: state(value) for name, value in _places(function)}
    return {name: pickled for name, pickled in states.items() if pickled is not None}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """Return the names of what is another one now."""
    return [name for name, pickled in before.items() if after.get(name) != pickled]


def _places(function: Callable[..., Any]) -> Iterator[tuple[str, object]]:
    owner = getattr(function, "__self__", None)
    if owner is not None and not inspect.ismodule(owner) and not isinstance(owner, type):
        yield f"its {type(owner).__name__}", getattr(owner, "__dict__", None)
    inner = inspect.unwrap(getattr(function, "__func__", function))
    if not inspect.isfunction(inner):
        return
    for name in inner.__code__.co_names:
        if isinstance(value := inner.__globals__.get(name), CONTAINERS):
            yield name, value
    cells = zip(inner.__code__.co_freevars, inner.__closure__ or (), strict=True)
    for name, cell in cells:
        if isinstance(value := cell.cell_contents, CONTAINERS):
            yield name, value
    for parameter in inspect.signature(inner).parameters.values():
        if isinstance(parameter.default, CONTAINERS):
            yield f"the default of {parameter.name}", parameter.default
