"""The text of a target in, the callable out: `module:function`, or `file.py:function`.

What `waitbench.race` was given by its value is `file.pickle:function`.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import pickle
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.did_you_mean import instead
from waitbench.scenario import BenchError
from waitbench.user_code.import_watch import GUARD, MOST_S, ImportTooLongError
from waitbench.user_code.items import spent_by_one_call
from waitbench.user_code.module_names import module_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType

Arguments = tuple["Sequence[Any]", "Mapping[str, Any]"]
PICKLED = ".pickle"
"""Suffix of a file that holds functions by their values, which `waitbench.race` wrote."""
FORMS = "give it as module:function or path/to/file.py:function"


def resolve(target: str, folder: str) -> Callable[..., Any]:
    """Import a callable.

    Args:
        target: as it was typed; `module:Class.method` works for static and class methods.
        folder: where the user stands: modules and files are looked for there first.

    Raises:
        BenchError: there is no such file, module or function; it says what there is.
    """
    place, _, name = target.rpartition(":")
    if not place or not name:
        raise BenchError(f"{target!r} names no function; {FORMS}")
    if folder and folder not in sys.path:
        sys.path.insert(0, folder)
    if place.endswith(PICKLED):
        return _unpickled(place, name)
    attribute: Any = _file(place, folder) if place.endswith(".py") else _module(place)
    for part in name.split("."):
        if not hasattr(attribute, part):
            functions = [
                function
                for function, value in vars(attribute).items()
                if inspect.isroutine(value) and not function.startswith("_")
            ]
            there = f"; {instead(part, functions)}" if functions else ""
            raise BenchError(f"{place} has no {part!r}{there}")
        attribute = getattr(attribute, part)
    if not callable(attribute):
        raise BenchError(f"{target} is no function but {type(attribute).__name__}")
    return attribute  # type: ignore[no-any-return] # it is callable, and more nobody knows


def arguments(items: str, args: str, folder: str) -> list[Arguments]:
    """Return the arguments of every call, in turn.

    Args:
        items: a JSON list of which each call gets one, or a callable that yields such.
        args: a JSON list or object that every call gets, behind its item.
        folder: where the user stands.

    Raises:
        BenchError: they are no such thing.
    """
    fixed = _json(args, "--args") if args else []
    if not isinstance(fixed, list | dict):
        raise BenchError(f"--args={args} is neither a JSON list nor a JSON object")
    rest: Sequence[Any] = fixed if isinstance(fixed, list) else ()
    named: Mapping[str, Any] = fixed if isinstance(fixed, dict) else {}
    if not items:
        return [(rest, named)]
    each = _json(items, "--items") if items.lstrip()[:1] == "[" else _yielded(items, folder)
    if not each:
        raise BenchError("--items is empty: there is nothing to call it with")
    if what := next(filter(None, map(spent_by_one_call, each)), ""):
        raise BenchError(
            f"--items gives {what} to a call, which uses it up, so that the next one finds nothing:"
            " give a list, or what the call opens itself"
        )
    return [((argument, *rest), named) for argument in each]


def bound(function: Callable[..., Any], name: str, given: Arguments) -> None:
    """Make sure that the arguments fit, before anything is measured.

    Raises:
        BenchError: it needs others; says which.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # written in C, and silent on it
        return
    try:
        signature.bind(*given[0], **given[1])
    except TypeError as wrong:
        raise BenchError(
            f"{name}{signature} cannot be called so: {wrong}; "
            + (
                _through_an_object(function, name, signature)
                or "give --args '[…]' for every call, or --items '[…]' with one for each"
            )
        ) from None


def _through_an_object(
    function: Callable[..., Any], name: str, signature: inspect.Signature
) -> str:
    """Return how a method that lacks its object is named with it; empty where it is none."""
    place, _, path = name.rpartition(":")
    owner, _, method = path.rpartition(".")
    if not owner or next(iter(signature.parameters), "") != "self":
        return ""
    there = vars(sys.modules[function.__module__]) if function.__module__ in sys.modules else {}
    found = [
        holder
        for holder, value in there.items()
        if not isinstance(value, type) and getattr(type(value), method, None) is function
    ]
    made = "" if found else f", which the module makes: {owner.lower()} = {owner}()"
    holder = next(iter(found), owner.lower())
    return f"a method is named through an object{made}: {place}:{holder}.{method}"


def _yielded(items: str, folder: str) -> list[Any]:
    try:
        return list(resolve(items, folder)())
    except BenchError:
        raise
    except Exception as wrong:  # noqa: BLE001 - it is the user's code
        raise BenchError(f"--items {items} raised {type(wrong).__name__}: {wrong}") from None


def _json(text: str, option: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as wrong:
        raise BenchError(f"{option} {text} is no JSON: {wrong}") from None


def _module(name: str) -> ModuleType:
    if not all(part.isidentifier() for part in name.split(".")):
        raise BenchError(f"{name!r} is no module; {FORMS}")
    try:
        return importlib.import_module(name)
    except BaseException as wrong:  # noqa: BLE001 - importing runs the user's code
        raise _unimportable(name, wrong) from None


def _file(name: str, folder: str) -> ModuleType:
    path = Path(folder or ".", name).resolve()
    if not path.is_file():
        raise BenchError(f"there is no file {name}")
    module_name, root = module_of(path)
    if loaded := sys.modules.get(module_name):
        if getattr(loaded, "__file__", None) == str(path):
            return loaded
        raise BenchError(
            f"{name} is called like the module {module_name!r}, which is in use: rename"
        )
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    if module_name != path.stem:  # in a package: its neighbours are imported as it imports them
        try:
            return importlib.import_module(module_name)
        except BaseException as wrong:  # noqa: BLE001 - importing runs the user's code
            raise _unimportable(name, wrong) from None
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # so that what it makes can be pickled
    try:
        spec.loader.exec_module(module)
    except BaseException as wrong:  # noqa: BLE001 - importing runs the user's code
        del sys.modules[module_name]
        raise _unimportable(name, wrong) from None
    return module


def _unpickled(place: str, name: str) -> Callable[..., Any]:
    try:
        with Path(place).open("rb") as file:
            functions: dict[str, Callable[..., Any]] = pickle.load(file)  # noqa: S301 - ours
    except BaseException as wrong:  # noqa: BLE001 - it imports what the user's code needs
        raise _unimportable(name, wrong) from None
    return functions[name]


def _unimportable(name: str, wrong: BaseException) -> BenchError:
    if isinstance(wrong, KeyboardInterrupt):
        raise wrong
    if isinstance(wrong, ModuleNotFoundError) and wrong.name == name:
        return BenchError(f"there is no module {name!r} here or installed; {FORMS}")
    if isinstance(wrong, ImportTooLongError):
        line = f"; it stands at {wrong}" if str(wrong) else ""
        return BenchError(
            f"importing {name} runs a job that takes longer than {MOST_S:g} s, in every process "
            f"anew{line}: {GUARD}"
        )
    cure = f"; it runs a job at import: {GUARD}" if _is_job(wrong) else ""
    return BenchError(f"{name} cannot be imported: {type(wrong).__name__}: {wrong}{cure}")


def _is_job(wrong: BaseException) -> bool:
    """Check whether only a program's own doings fail so: ending, reading, starting processes."""
    starts = isinstance(wrong, RuntimeError) and "bootstrapping phase" in str(wrong)
    return starts or isinstance(wrong, SystemExit | EOFError | BrokenExecutor)
