"""`from waitbench import advise`: the advisor for a function that is at hand."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.advisor.pipeline import run_pipeline
from waitbench.advisor.question import Question, present
from waitbench.advisor.text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from waitbench.advisor.advice import Advice


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceReport:
    """Advice on a function: `advice` holds every figure, and `print` shows the report."""

    advice: Advice

    def __str__(self) -> str:
        """Return the report as the terminal shows it."""
        return plain(self.advice)


def advise(  # noqa: PLR0913 - what the command line takes
    function: Callable[..., Any],
    *,
    items: Sequence[Any] | Callable[[], Any] | None = None,
    args: Sequence[Any] | Mapping[str, Any] | None = None,
    coroutine: Callable[..., Coroutine[Any, Any, Any]] | None = None,
    now: str | None = None,
    dry: bool = False,
    max_calls: int = 100_000,
    minutes: float = 0.5,
    force: bool = False,
) -> AdviceReport:
    """Find which model a function needs, and race it to be sure; `print` shows the report.

    The function is imported anew in fresh processes, so it has to stand in a module or a file.

    Args:
        function: what to call.
        items: arguments, one for each call, as JSON knows them; or a function that yields them.
        args: further arguments for every call.
        coroutine: its async form.
        now: how it is run today, as in `threads:8`.
        dry: call it once and predict.
        max_calls: most calls in all.
        minutes: about how long in all.
        force: go on where the machine is too busy to tell.

    Raises:
        BenchError: it cannot be found in its module, or it misbehaves.
    """
    given = ""
    if callable(items):
        given = named(items)
    elif items is not None:
        given = _json(list(items), "items")
    advice = run_pipeline(
        Question(
            function=named(function),
            coroutine=named(coroutine) if coroutine else None,
            items=given,
            args="" if args is None else _json(args, "args"),
            folder=os.fspath(Path.cwd()),
            present=present(now) if now else None,
            calls=max_calls,
            minutes=minutes,
            dry=dry,
            force=force,
        ),
        lambda _: None,
    )
    return AdviceReport(advice=advice)


def named(function: Callable[..., Any]) -> str:
    """Return a name by which another process finds a function: by its module, or its file.

    Raises:
        BenchError: it is a lambda, or made inside another function.
    """
    name = getattr(function, "__qualname__", "")
    module = getattr(function, "__module__", None)
    if not name or "<" in name:
        raise BenchError(
            f"{name or function!r} cannot be imported by another process: "
            "give a function that stands at the top of a module"
        )
    loaded = sys.modules.get(module or "")
    file = getattr(loaded, "__file__", None)
    # A script, or a test that was imported by its path, is found by its file alone.
    by_file = module == "__main__" or (loaded is not None and not getattr(loaded, "__spec__", None))
    if file and (by_file or not _importable(str(module), file)):
        return f"{file}:{name}"
    if module == "__main__":
        raise BenchError(f"{name} was typed at a prompt: save it to a file first")
    return f"{module}:{name}"


def _importable(module: str, file: str) -> bool:
    """Check whether a fresh process would find this very file under the module's name."""
    parts = module.split(".")
    deep = len(parts) - (Path(file).name != "__init__.py")
    root = Path(file).resolve().parents[deep]
    return any(Path(place or ".").resolve() == root for place in (*sys.path, ""))


def _json(given: object, name: str) -> str:
    try:
        return json.dumps(given)
    except TypeError as wrong:
        raise BenchError(
            f"{name} must be what JSON knows ({wrong}); or give a function that yields them"
        ) from None
