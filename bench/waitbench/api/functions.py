"""Functions of a script or notebook in, names out by which fresh processes find them."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from waitbench.advisor.api import named
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

BY_VALUE = "functions.pickle"
MAIN = b"__main__"


def by_name(functions: Mapping[str, Any] | Sequence[Any]) -> dict[str, Callable[..., Any]]:
    """Return functions by the names that tables call them: their own, where no others are given.

    Raises:
        BenchError: there are none or one, one is none, or two have the same name.
    """
    if not isinstance(functions, Mapping):
        names = [getattr(function, "__name__", repr(function)) for function in functions]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise BenchError(
                f"two functions are called {twice!r}; give them names of their own, as in "
                'race({"old": f, "new": g})'
            )
        functions = dict(zip(names, functions, strict=True))
    for name, function in functions.items():
        if not callable(function):
            raise BenchError(f"{name!r} is no function but {type(function).__name__}")
    if len(functions) < 2:  # noqa: PLR2004  it takes two
        raise BenchError("a race takes two functions or more; `waitbench.advise` examines one")
    return {str(name): function for name, function in functions.items()}


def targets(functions: Mapping[str, Callable[..., Any]], folder: Path) -> dict[str, str]:
    """Return how a worker is told each function: where it stands or, by its value, in a file here.

    Functions that stand in a module or a script are imported anew; those of a notebook's cells,
    of a prompt and of other functions go by their value, for which cloudpickle is needed.

    Raises:
        BenchError: one can go neither way; says what to do.
    """
    places: dict[str, str] = {}
    values: dict[str, Callable[..., Any]] = {}
    for name, function in functions.items():
        try:
            places[name] = named(function)
        except BenchError as refused:
            places[name] = f"{folder / BY_VALUE}:{name}"
            values[name] = function
            why = refused
    if values:
        (folder / BY_VALUE).write_bytes(packed(values, str(why)))
    return places


def packed(thing: object, why: str) -> bytes:
    """Return something as another process can read it, by its value if need be.

    Args:
        thing: what is to travel.
        why: it may not go by its name, and what to do about that.

    Raises:
        BenchError: it cannot travel; says what to do.
    """
    try:
        text = pickle.dumps(thing)
    except Exception:  # noqa: BLE001 - objects refuse in every way
        text = MAIN
    if MAIN not in text:  # what a cell defines would be looked for in the worker's own main module
        return text
    try:
        import cloudpickle
    except ModuleNotFoundError:
        raise BenchError(f"{why}; or let it travel by its value: pip install cloudpickle") from None
    try:
        value: bytes = cloudpickle.dumps(thing)
    except Exception as refused:
        raise BenchError(f"{why}; nor can it travel by its value ({refused})") from refused
    return value
