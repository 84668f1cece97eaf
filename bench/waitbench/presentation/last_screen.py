"""The last screen of a command: the answer, how sure it is, the machine, files, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.text import Text

from waitbench.presentation import terminal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

TITLE = "The answer"
SURE, MACHINE, SAVED, PAGE, NEXT = "Sure", "Machine", "Saved", "Page", "Next"
"""Words that mean the same in every command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the answer: a word, and what it says.

    Attributes:
        word: what it is about: `Waiting`, `Claims`, `Machine`, `Next`.
        text: the answer to that.
        whole: whether it stays on one line, however long, as what is to be copied does.
    """

    word: str
    text: str
    whole: bool = False


def show(console: Console, lines: Sequence[Line]) -> None:
    """Print the lines under a heading, the words in a column of their own, what comes next last."""
    terminal.heading(console, TITLE)
    ordered = sorted((line for line in lines if line.text), key=lambda line: line.word == NEXT)
    room = max(len(line.word) for line in ordered) + 2
    for line in ordered:
        text = Text.assemble((f"{line.word:<{room}}", "bold"), line.text)
        if line.whole:
            console.print(terminal.safe(console, text), soft_wrap=True)
        else:
            terminal.line(console, text, hang=room)


def machine(facts: Mapping[str, Any], *state: str | None) -> Line:
    """Return what something was measured on, and in which state that was: AMD EPYC, 2 cores ….

    Args:
        facts: of the machine, as a record's `environment` has them.
        state: what else is known, as the day and whether other work was in the way.
    """
    facets = [cpu(facts), python(facts), build(facts), *state]
    return Line(word=MACHINE, text=", ".join(filter(None, facets)))


def cpu(facts: Mapping[str, Any]) -> str:
    """Return the processor and how many cores of it may be used; empty where nothing is known."""
    cores = facts.get("cores_allowed") or facts.get("cores")
    many = f"{cores} core{'s' if cores != 1 else ''}" if cores else ""
    return ", ".join(filter(None, [facts.get("cpu"), many]))


def python(facts: Mapping[str, Any]) -> str:
    """Return the interpreter and whether it has the GIL; empty where nothing is known."""
    gil = facts.get("gil")
    lock = "" if gil is None else "with the GIL" if gil else "without the GIL"
    name = f"{facts.get('implementation') or ''} {facts.get('python') or ''}".strip()
    return ", ".join(filter(None, [name, lock]))


def build(facts: Mapping[str, Any]) -> str:
    """Return in two words how fast this build of Python is, or what compiled it; "" if unknown."""
    if facts.get("debug_build"):
        return "debug build"
    guided, compiler = facts.get("profile_guided"), facts.get("compiler")
    if guided is not None:
        return "optimised build" if guided else "not an optimised build"
    return f"built by {compiler}" if compiler else ""
