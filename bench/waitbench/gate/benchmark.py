"""The nouns of a gate: one thing that both sides can run, and how a side is run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.gate.worktrees import SIDES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.scenario import Contestant, Scenario

SUITE = "gate"
"""Suite of every scenario that a gate races."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One thing that both sides can run.

    Attributes:
        name: what people call it: `bench_parse`, `Fetch[threads]`, `io_bound/http-…/asyncio`.
        scenario: its race, of the suite `gate`, which has the same name.
        contestants: base and head, in this order; one alone where only one side has it.
        rewritten: whether the benchmark itself reads differently on the two sides.
        first_calls: seconds of a first call and of a later one, where the first does other work.
        failures: by side, why it cannot be raced.
        peak_bytes: by side, memory of the largest process of a command.
        notes: sentences on how it is compared.
        lent: whether base runs head's benchmark, and may be too old for it.
        file: that it stands in on head, from the project's folder; empty where it is in none.
        line: in that file.
        loaded: by side, the files of the checkout that it reads, from the project's folder; nothing
            where nobody has looked.
    """

    name: str
    scenario: Scenario
    contestants: tuple[Contestant, ...]
    rewritten: bool = False
    first_calls: Sequence[tuple[float, float]] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    peak_bytes: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    lent: bool = False
    file: str = ""
    line: int = 1
    loaded: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def sides(self) -> tuple[str, ...]:
        """Which sides have it."""
        return tuple(contestant.name for contestant in self.contestants)

    @property
    def raced(self) -> bool:
        """Whether both sides have it and can run it."""
        return self.sides == SIDES and not self.failures


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What there is to compare.

    Attributes:
        benchmarks: of both sides, in head's order; what only base has comes last.
        notes: sentences on what was left out, and on how the rest is run.
    """

    benchmarks: Sequence[Benchmark]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How one side is run.

    Attributes:
        name: base or head.
        root: the project's folder in its checkout.
        python: its interpreter.
        programs: folders that stand first on PATH for its commands, so that `python` is this one.
        top: folder of its checkout; that of the project may lie in it.
        opened: where its processes note what they read; None where nobody wants to know.
    """

    name: str
    root: Path
    python: str
    programs: tuple[str, ...] = ()
    top: Path | None = None
    opened: Path | None = None
