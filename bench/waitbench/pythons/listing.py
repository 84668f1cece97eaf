"""Interpreters in, the lines of `waitbench list --pythons` out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.pythons import found
from waitbench.pythons.interpreter import Interpreter

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADS = ("name", "version", "GIL", "JIT", "optimised", "program")
OPTIMISED = {True: "yes", False: "no", None: "unknown"}


def listing() -> str:
    """Return every interpreter that is found here, and why some cannot take part."""
    here = found.here()
    names = _names(here)
    rows = [HEADS, *(_row(each, name) for each, name in zip(here, names, strict=True))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["interpreters that `waitbench run --python` can race:"]
    lines += [
        "  "
        + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines += ["", *_reading(here)]
    if refused := _refused():
        lines += ["", "and those that cannot take part:", *(f"  {line}" for line in refused)]
    return "\n".join(lines)


def _names(here: Sequence[Interpreter]) -> list[str]:
    """Return what to type for each: its version, or its path where another one has that."""
    taken: set[str] = set()
    names = []
    for each in here:
        names.append(each.path if each.minor in taken else each.minor)
        taken.add(each.minor)
    return names


def _row(each: Interpreter, name: str) -> tuple[str, ...]:
    lock = "on" if each.gil else "off"
    compiler = "with +jit" if each.jit_available else "always on" if each.jit else "none"
    version = f"{each.implementation} {each.full}{' (debug)' if each.debug else ''}"
    program = "" if name == each.path else each.path
    return name, version, lock, compiler, OPTIMISED[each.optimised], program


def _reading(here: Sequence[Interpreter]) -> list[str]:
    lines = [
        "optimised: whether its compiler was guided by a profile, which is worth 10 to 30 %;",
        "compare builds that were made alike.",
    ]
    if not any(each.free_threaded for each in here):
        lines.append("There is none without the GIL here; `uv python install 3.14t` brings one.")
    return lines


def _refused() -> list[str]:
    return [
        f"{each.path}: {each.refusal if isinstance(each, Interpreter) else each.why}"
        for each in found.everything()
        if not isinstance(each, Interpreter) or each.refusal
    ]
