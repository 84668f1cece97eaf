"""A function in, what it keeps between calls out: globals, defaults, closures, its object."""

from __future__ import annotations

import inspect
import sysconfig
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from waitbench.user_code.state import state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

DEEP = 3
"""So far down the user's own functions are looked into that a function calls."""
MOST_LOOKED_THROUGH = 100_000
"""Of a container with more, nobody looks whether a result is in it."""
INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
ALWAYS_THE_SAME = (type(None), bool, float, str, bytes, tuple, frozenset)
"""Types of which Python itself may keep one object for all: such a result tells nothing."""
SMALL = 1000

Places = list[tuple[str, object]]


def kept(function: Callable[..., Any]) -> dict[str, bytes]:
    """Return a digest of everything that calls may leave changed, by its name.

    What installed packages keep is left out.
    """
    states = {name: state(value) for name, value in places(function)}
    return {name: digest for name, digest in states.items() if digest is not None}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """Return the names of what is another one now."""
    return [name for name, digest in before.items() if after.get(name) != digest]


def keeps(function: Callable[..., Any], result: object) -> bool:
    """Whether a function holds the very object that it gave back, for a later call."""
    small = isinstance(result, int) and abs(result) < SMALL
    if small or isinstance(result, ALWAYS_THE_SAME):
        return False
    return any(result is each for _, value in places(function) for each in _within(value))


def _within(value: object, deep: int = 2) -> Iterator[object]:
    """Yield a thing, and what its attributes and containers hold."""
    yield value
    held: Iterable[object] = ()
    if isinstance(value, dict):
        held = value.values() if len(value) < MOST_LOOKED_THROUGH else ()
    elif isinstance(value, list | tuple):
        held = value if len(value) < MOST_LOOKED_THROUGH else ()
    elif not callable(value):
        held = getattr(value, "__dict__", {}).values()
    for each in list(held) if deep else ():
        yield from _within(each, deep - 1)


def places(function: Callable[..., Any]) -> Places:
    """Return what a function and those of the user's that it calls may keep, each by its name."""
    search = _Search(getattr(function, "__module__", None) or "")
    owner = getattr(function, "__self__", None)
    if owner is None and not inspect.isroutine(function):
        owner = function
    if owner is not None and not isinstance(owner, ModuleType | type):
        search.add(f"its {type(owner).__name__}", getattr(owner, "__dict__", None))
    search.look(getattr(function, "__func__", function), DEEP)
    return list(search.places.items())


class _Search:
    """Goes through a function, those that it wraps, and those that it calls.

    Args:
        home: the function's module; what is kept in another one is named with it.
    """

    def __init__(self, home: str) -> None:
        self.places: dict[str, object] = {}
        self._home = home
        self._seen: set[int] = set()

    def add(self, name: str, value: object) -> None:
        """Note one place; an empty one, too, for calls may fill it."""
        self.places.setdefault(name, value)

    def look(self, function: Any, deep: int) -> None:
        """Note what a function keeps."""
        call = getattr(type(function), "__call__", None)  # noqa: B004 - of an object that is called
        function = call if isinstance(call, FunctionType) else function
        while function is not None and id(function) not in self._seen:
            self._seen.add(id(function))
            if isinstance(function, FunctionType) and not _installed(function):
                called = [*self._globals(function), *self._closure(function)]
                self._own(function)
                for each in called if deep else ():
                    self.look(each, deep - 1)
            function = getattr(function, "__wrapped__", None)

    def _globals(self, function: FunctionType) -> Iterator[object]:
        """Note the variables of modules that it uses; yield the functions."""
        names, module = function.__code__.co_names, function.__globals__
        prefix = "" if function.__module__ == self._home else f"{function.__module__}."
        for name in names:
            value = module.get(name)
            if isinstance(value, ModuleType):
                yield from (vars(value)[each] for each in names if each in vars(value))
            elif _is_called(value):
                yield value
            elif name in module:
                self.add(f"{prefix}{name}", value)

    def _closure(self, function: FunctionType) -> Iterator[object]:
        """Note the variables of the functions around it; yield the functions."""
        cells = function.__closure__ or ()
        for name, cell in zip(function.__code__.co_freevars, cells, strict=True):
            with suppress(ValueError):  # not bound yet
                if _is_called(cell.cell_contents):
                    yield cell.cell_contents
                else:
                    self.add(name, cell.cell_contents)

    def _own(self, function: FunctionType) -> None:
        """Note its defaults and attributes."""
        signature = inspect.signature(function, follow_wrapped=False)
        for parameter in signature.parameters.values():
            if parameter.default is not parameter.empty and not callable(parameter.default):
                self.add(f"the default of {parameter.name}", parameter.default)
        if not hasattr(function, "__wrapped__"):
            self.add(f"attributes of {function.__name__}", vars(function))


def _is_called(value: object) -> bool:
    """Whether something is a function, not an object that can be called and has attributes."""
    routine = isinstance(value, type | FunctionType) or inspect.isroutine(value)
    attributes = getattr(value, "__dict__", None)
    return callable(value) and (routine or hasattr(value, "__wrapped__") or not attributes)


def _installed(function: FunctionType) -> bool:
    return function.__code__.co_filename.startswith(INSTALLED)
