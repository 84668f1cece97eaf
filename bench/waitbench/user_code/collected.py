"""What of somebody's file is a benchmark, and what is left out although it looks like one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

FUNCTION = "bench_"
"""What the name of a function or method begins with to be a benchmark."""
WORKLOAD = ("sync_client", "async_client", "check")
"""What a class has to be a workload."""
PARAMS = "params"
"""Attribute of a function that is run with each of several values."""
LONGEST_LABEL = 40
"""A value that takes more characters is called by its number."""


@dataclass(slots=True, kw_only=True)
class Collected:
    """What a file has.

    Attributes:
        benchmarks: functions, methods and workloads by name, in the file's order.
        left_out: why others that look like one are none, by name.
    """

    benchmarks: dict[str, Any] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def function(self, name: str, thing: Any) -> None:
        """Add a function, once for each of its parameters."""
        if not callable(thing):
            self.left_out[name] = f"it is of type {type(thing).__name__}, which cannot be called"
            return
        for mark in _marks(thing, "skip", "skipif"):
            if mark.name == "skip" or any(condition is True for condition in mark.args):
                reason = mark.kwargs.get("reason") or "no reason is given"
                self.left_out[name] = f"it is marked to be skipped: {reason}"
                return
        try:
            self.benchmarks |= dict(_variants(name, thing))
        except ValueError as wrong:
            self.left_out[name] = str(wrong)

    def workload_or_methods(self, name: str, kind: type, file: ModuleType) -> None:
        """Add a workload, or the methods of a class that are benchmarks; each has its instance."""
        methods = list(
            dict.fromkeys(
                method
                for ancestor in reversed(kind.__mro__)
                for method in vars(ancestor)
                if method.startswith(FUNCTION)
            )
        )
        workload = all(hasattr(kind, part) for part in WORKLOAD)
        if getattr(kind, "_is_protocol", False):
            return
        if not (workload or methods):
            if name.startswith(FUNCTION):
                self.left_out[name] = f"it is a class that has no method {FUNCTION}…"
        elif kind.__module__ != file.__name__:
            self.left_out[name] = (
                f"it is a class imported from {kind.__module__}; a class of this file that has it "
                "as its parent is taken"
            )
        elif inspect.isabstract(kind):
            self.left_out[name] = "it is an abstract class"
        elif workload:
            self.benchmarks[name] = kind
        else:
            for method in methods:
                self.function(f"{name}.{method}", _bound(kind, method))


def collected(file: ModuleType) -> Collected:
    """Return what a file has, imported and made by a program or written in it, in its own order."""
    everything = Collected()
    for name, thing in vars(file).items():
        if isinstance(thing, type) and not name.startswith("_"):
            everything.workload_or_methods(name, thing, file)
        elif name.startswith(FUNCTION):
            everything.function(name, thing)
    return everything


def _bound(kind: type, method: str) -> Any:
    """Return a method of a new instance; one that raises why there is none, where there is none."""
    try:
        return getattr(kind(), method)
    except Exception as error:  # noqa: BLE001 - somebody's class may fail in any way
        reason = f"{kind.__name__}() raised {type(error).__name__}: {error}"

        def without_instance() -> None:
            raise RuntimeError(reason)

        return without_instance


def _variants(name: str, thing: Any) -> Iterator[tuple[str, Any]]:
    """Yield a function by its name, or once for each of its parameters.

    Raises:
        ValueError: its parameters are none.
    """
    marks = _marks(thing, "parametrize")
    params = getattr(thing, PARAMS, None)
    if params is not None:
        yield from _of_params(name, thing, params)
    elif marks:
        yield from _of_marks(name, thing, marks)
    else:
        yield name, thing


def _of_params(name: str, thing: Any, params: Any) -> Iterator[tuple[str, Any]]:
    """Yield a function with each value of its `params`: a list, or a table of values by name."""
    if isinstance(params, Mapping):
        labelled = [(str(label), value) for label, value in params.items()]
    elif isinstance(params, Sequence) and not isinstance(params, str):
        labelled = [(_label(value, at), value) for at, value in enumerate(params)]
    else:
        raise ValueError(  # noqa: TRY004 - one kind of complaint for all
            f"its params are of type {type(params).__name__}; they must be a list, or a table of "
            "values by name"
        )
    if not labelled:
        raise ValueError("its params are empty")
    for label, value in labelled:
        yield f"{name}[{label}]", _with(thing, value)


def _of_marks(name: str, thing: Any, marks: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Yield a function with each of the values that pytest's `parametrize` names."""
    for row in product(*map(_rows, marks)):
        label = "-".join(part for part, _ in row)
        yield f"{name}[{label}]", _with(thing, **{k: v for _, given in row for k, v in given})


def _rows(mark: Any) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Return the label and the arguments of each row of one `parametrize`."""
    names, values = mark.args[0], mark.args[1]
    names = [text.strip() for text in names.split(",")] if isinstance(names, str) else list(names)
    ids = mark.kwargs.get("ids")
    rows = []
    for at, value in enumerate(values):
        marked = hasattr(value, "values") and hasattr(value, "marks")  # pytest.param
        row = value.values if marked else (value,) if len(names) == 1 else tuple(value)
        label = value.id if marked and value.id else "-".join(_label(each, at) for each in row)
        if isinstance(ids, Sequence) and at < len(ids) and ids[at] is not None:
            label = str(ids[at])
        rows.append((label, list(zip(names, row, strict=True))))
    if not rows:
        raise ValueError("its parametrize has no values")
    return rows


def _with(thing: Any, *values: Any, **named: Any) -> Callable[..., Any]:
    """Return a function with arguments given, and all that is known of it."""
    given = functools.partial(thing, *values, **named)
    return functools.update_wrapper(given, thing, updated=("__dict__",))


def _label(value: Any, at: int) -> str:
    plain = value is None or isinstance(value, int | float | str)
    return str(value) if plain and len(str(value)) <= LONGEST_LABEL else str(at)


def _marks(thing: Any, *names: str) -> list[Any]:
    marks = getattr(thing, "pytestmark", ())
    return [mark for mark in marks if getattr(mark, "name", None) in names]
