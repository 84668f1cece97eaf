"""Attributes replaced for a while, and put back as they were, inherited ones too."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def replaced() -> Iterator[Callable[[Any, str, Callable[[Any], Any]], None]]:
    """Yield `replace(owner, name, wrap)`, which sets an attribute to `wrap(what it was)`."""
    with ExitStack() as undo:

        def replace(owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
            its_own = name in vars(owner)
            original = getattr(owner, name)
            setattr(owner, name, wrap(original))
            if its_own:
                undo.callback(setattr, owner, name, original)
            else:
                undo.callback(delattr, owner, name)

        yield replace
