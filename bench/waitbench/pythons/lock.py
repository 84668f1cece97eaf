"""The hashed lock file as a graph: a package, what pulls it in, and the lines that install it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError
from waitbench.system.checkout import PACKAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FILE = "requirements.lock"
HEAD = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)", re.ASCII)
VIA = re.compile(r"^\s+#(?: via)?\s*(\S+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """One package of the lock file.

    Attributes:
        name: its own.
        version: the only one that is installed.
        lines: of the file, with its hashes.
        via: packages that ask for it.
    """

    name: str
    version: str
    lines: str
    via: frozenset[str]


def path() -> Path:
    """Return the lock file: a link to that of the checkout, or what an installed package has."""
    return PACKAGES / "waitbench" / FILE


def read(text: str) -> dict[str, Locked]:
    """Read a lock file of uv's or pip-tools' making, by name of package."""
    locked: dict[str, Locked] = {}
    for block in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE):
        if not (head := HEAD.match(block)):
            continue
        lines = block.splitlines()
        pins = [line for line in lines if not line.lstrip().startswith("#")]
        via = {match[1] for line in lines if (match := VIA.match(line)) and match[1] != "via"}
        locked[normal(head[1])] = Locked(
            name=head[1],
            version=head[2],
            lines="\n".join(pins).rstrip(),
            via=frozenset(map(normal, via)),
        )
    return locked


def needed(locked: Mapping[str, Locked], wanted: Iterable[str]) -> list[Locked]:
    """Return the packages that are wanted, and all that they pull in.

    Raises:
        BenchError: one is not in the file.
    """
    names = {normal(name) for name in wanted}
    if missing := sorted(names - locked.keys()):
        raise BenchError(f"{FILE} has no {', '.join(missing)}; `./scripts/lock` writes it anew")
    while more := {name for name, each in locked.items() if each.via & names} - names:
        names |= more
    return [each for name, each in locked.items() if name in names]


def normal(name: str) -> str:
    """Write a package's name in the one way that all its spellings share."""
    return re.sub(r"[-_.]+", "-", name).lower()
