"""Somebody's file of benchmarks: how it is found, imported and read, on either side of a gate."""

from __future__ import annotations

import functools
import importlib.util
import inspect
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.scenario import BenchError, WrongResultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import ModuleType

TARGET = "target"
FRESH = "fresh"
"""Attribute of a function that uses its input up: what makes one, outside of what is timed."""
_MODULE = "waitbench_own"
_OURS = (_MODULE, "waitbench", "waitbench_server", "__main__")
_INSTALLED = ("site-packages", "dist-packages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What sort of function a benchmark is.

    Attributes:
        awaited: whether what is timed is awaited.
        opened: whether the function is a context manager that gives what is timed.
    """

    awaited: bool
    opened: bool


def enter(root: str, paths: Sequence[str]) -> None:
    """Make a project's folder the current one, and its code the first that is found."""
    os.chdir(root)
    wanted = [path for path in paths if path not in sys.path]
    # Behind the harness, which is the first on the path, and before all that is installed.
    sys.path[1:1] = wanted


def load(file: str) -> ModuleType:
    """Import the file; a second time it is the same module.

    Raises:
        BenchError: it is missing or cannot be imported.
    """
    loaded = sys.modules.get(_MODULE)
    if loaded is not None and loaded.__file__ == file:
        return loaded
    if not Path(file).is_file():
        raise BenchError(f"there is no {Path(file).name}")
    spec = importlib.util.spec_from_file_location(_MODULE, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # a file of somebody else's may fail in any way
        del sys.modules[_MODULE]
        raise BenchError(
            f"{Path(file).name} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    return module


def load_anew(file: str, root: str) -> ModuleType:
    """Import the file and the project's own modules once more, as if they had not been.

    What is installed, or written in C, stays as it is.

    Raises:
        BenchError: it cannot be imported again.
    """
    for name, module in list(sys.modules.items()):
        place = getattr(module, "__file__", None) or ""
        own = place.endswith(".py") and Path(place).is_relative_to(root)
        if own and name.partition(".")[0] not in _OURS and not _installed(place):
            del sys.modules[name]
    sys.modules.pop(_MODULE, None)
    return load(file)


def _installed(file: str) -> bool:
    return any(f"/{folder}/" in file for folder in _INSTALLED)


def refuse_strays(away: str) -> None:
    """Raise if a module was imported from the owner's tree: it would be measured on both sides.

    Raises:
        BenchError: names it.
    """
    if not away:
        return
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        inside = file.startswith(away.rstrip("/") + "/")
        if inside and not _installed(file):
            raise BenchError(
                f"module {name} came from {file} and not from the checkout: it is installed there "
                "by an import hook; install the project otherwise, or name its folder in `paths`"
            )


def from_outside(root: str) -> dict[str, str]:
    """Return the files of all modules at the top that were imported from outside a project.

    Neither Python's own nor ours are among them. Of a namespace package, which has no file, those
    of its modules that have one are at the top.
    """
    files = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name.partition(".")[0] not in {*sys.stdlib_module_names, *_OURS}:
            path = Path(file).resolve()
            if _at_top(name) and not path.is_relative_to(Path(root).resolve()):
                files[name] = str(path)
    return files


def _at_top(name: str) -> bool:
    """Whether a module is in no package, or in namespace packages alone."""
    words = name.split(".")
    parents = (".".join(words[:depth]) for depth in range(1, len(words)))
    return not any(getattr(sys.modules.get(parent), "__file__", None) for parent in parents)


def kind(benchmark: Any) -> Kind:
    """Classify a benchmark: plain function, coroutine function, or a context manager of either."""
    inner = inspect.unwrap(benchmark)
    if not inspect.isroutine(inner) and not isinstance(inner, functools.partial | type):
        inner = type(inner).__call__  # an instance that is called
    opened = inspect.isgeneratorfunction(inner) or inspect.isasyncgenfunction(inner)
    awaited = inspect.isasyncgenfunction(inner) or inspect.iscoroutinefunction(inner)
    return Kind(awaited=awaited, opened=opened)


def wants_target(benchmark: Any) -> bool:
    """Whether it takes the URL of the running server."""
    try:
        return TARGET in inspect.signature(inspect.unwrap(benchmark)).parameters
    except ValueError:  # what is written in C need not say
        return False


def maker(benchmark: Any) -> Callable[[], Any] | None:
    """Return what makes the input of a call, where each call is to have a fresh one."""
    made: Callable[[], Any] | None = getattr(benchmark, FRESH, None)
    return made


def bound(benchmark: Any, given: Mapping[str, Any]) -> Callable[[], Any]:
    """Return the function with the arguments that it asked for bound to it."""
    return (
        functools.update_wrapper(
            functools.partial(benchmark, **given), benchmark, updated=("__dict__",)
        )
        if given
        else benchmark
    )


@contextmanager
def complaint(number: int) -> Iterator[None]:
    """Turn a failed check into what the race knows as a wrong result."""
    try:
        yield
    except WrongResultError:
        raise
    except Exception as wrong:
        reason = str(wrong) or type(wrong).__name__
        raise WrongResultError(f"task {number}: {reason}") from wrong
