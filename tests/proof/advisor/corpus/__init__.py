"""Real functions whose best model is found by racing: does the advisor predict it?"""

from __future__ import annotations

import importlib
import inspect
from dataclasses import dataclass

CORPORA = ("tuning", "held_out")
"""What the model was made to fit, and what it had never seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One function of a corpus.

    Attributes:
        corpus: `tuning` or `held_out`.
        name: of the function.
        what: the first line of its docstring.
        target: options of the server it asks, which is started for it; None where it asks none.
        awaited: whether there is an async form, called like it with `_async` at the end.
    """

    corpus: str
    name: str
    what: str
    target: tuple[str, ...] | None
    awaited: bool

    @property
    def function(self) -> str:
        """Name it as the advisor wants it."""
        return f"tests.proof.advisor.corpus.{self.corpus}:{self.name}"


def cases(corpus: str) -> list[Case]:
    """List the functions of a corpus, in the order of its file.

    Whatever takes a `url` asks a server; `TARGETS` of the file says which, where it is a special
    one.
    """
    module = importlib.import_module(f"tests.proof.advisor.corpus.{corpus}")
    functions = {
        name: function
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not name.startswith("_")
    }
    return [
        Case(
            corpus=corpus,
            name=name,
            what=(inspect.getdoc(function) or "").partition("\n")[0],
            target=module.TARGETS.get(name, ()) if _asks(function) else None,
            awaited=f"{name}_async" in functions,
        )
        for name, function in functions.items()
        if not name.endswith("_async")
    ]


def _asks(function: object) -> bool:
    assert callable(function)
    return "url" in inspect.signature(function).parameters
