"""Profiles side by side on a terminal: where each model's time goes, and what that means."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

from waitbench import formatting
from waitbench.presentation import grid, terminal
from waitbench.presentation.columns import NOTHING, Column
from waitbench.profiling import sentences
from waitbench.profiling.classify import KINDS, MEANING, shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from waitbench.profiling.profile import Profile

NO_TIMING = (
    "A profile says where time goes, not how long a task takes: being watched costs, and what "
    "waitbench run reports is measured without it."
)
READING = (
    "Each row is 100 % of the time that the threads or processes with tasks in them had. "
    "Blocked and no core are what frames took beyond the CPU that the system counted for their "
    "thread. A thread that is alone has nobody to share the GIL with: there, blocked is the disk, "
    "or what samples and the system's clocks differ by. Cores and CPU are those of all threads of "
    "the model, watched."
)


def show(profiles: Sequence[Profile], console: Console, *, whole: bool = True) -> None:
    """Print a table per scenario with what it tells and, as a whole, how to read it."""
    working = [profile for profile in profiles if profile.working]
    shown = {
        kind: None
        for profile in working
        for kind, share in shares(profile.working).items()
        if round(share, 3)
    }
    for (suite, name), group in groupby(
        profiles, key=lambda profile: (profile.suite, profile.scenario)
    ):
        _scenario(f"{suite}: {name}", list(group), console)
    if not (working and whole):
        return
    terminal.heading(console, "how to read it")
    for text in (READING, f"{sentences.overheads(working)} {NO_TIMING}".strip()):
        terminal.line(console, Text(text), indent=terminal.INDENT)
    for kind in KINDS:
        if kind in shown:
            line = Text.assemble((f"{kind:<10}", "bold"), MEANING[kind])
            terminal.line(console, line, indent=terminal.INDENT, hang=10)


def columns(profiles: Sequence[Profile]) -> list[Column]:
    """Return the columns of one scenario; a kind appears where any model has some of it."""
    each = [shares(profile.working) for profile in profiles]
    kinds = [kind for kind in KINDS if any(round(parts[kind], 3) for parts in each)]
    per, unit = formatting.scale(profile.cpu_task_ns for profile in profiles if profile.cpu_task_ns)
    return [
        Column(
            head="model", unit="", cells=tuple(profile.model for profile in profiles), left=True
        ),
        *(
            Column(
                head=kind, unit="%", cells=tuple(_percent(parts[kind]) for parts in each), rank=1
            )
            for kind in kinds
        ),
        Column(
            head="cores",
            unit="busy",
            cells=tuple(_figure(profile.cores_busy) for profile in profiles),
            rank=2,
        ),
        Column(
            head="CPU",
            unit=f"{unit}/task",
            cells=tuple(_figure(profile.cpu_task_ns, per) for profile in profiles),
            rank=3,
        ),
        Column(
            head="overhead",
            unit="times [95 %]",
            cells=tuple(_overhead(profile) for profile in profiles),
            rank=4,
        ),
    ]


def _scenario(title: str, profiles: Sequence[Profile], console: Console) -> None:
    terminal.heading(console, title)
    working = [profile for profile in profiles if profile.working]
    if working:
        table = columns(working)
        room = console.width - terminal.INDENT
        terminal.table(console, table, grid.fitting([table], room))
        console.print()
    if apart := sentences.taken_apart(profiles):
        terminal.line(console, Text(apart), indent=terminal.INDENT)
    for profile in profiles:
        mark = grid.MARKS.get(profile.model, grid.CROSS)
        sentence = f"failed: {profile.failure}" if profile.failure else sentences.explained(profile)
        line = Text.assemble((f"{mark} {profile.model}: ", "bold"), sentence)
        terminal.line(console, line, indent=terminal.INDENT, hang=2)
        if by_task := sentences.awaited(profile):
            terminal.line(console, Text(by_task), indent=terminal.INDENT + 2)
        if places := sentences.where_awaited(profile):
            terminal.line(console, Text(places), indent=terminal.INDENT + 2)
        hot = "" if profile.failure else sentences.hot_line(profile)
        if hot:
            hottest = Text(f"hottest, per task: {hot}", style="dim")
            terminal.line(console, hottest, indent=terminal.INDENT + 2, hang=2)
    console.print()


def _percent(share: float) -> str:
    return f"{share * 100:.1f}"


def _figure(figure: float | None, per: float = 1) -> str:
    return NOTHING if figure is None else formatting.number(figure / per)


def _overhead(profile: Profile) -> str:
    if profile.overhead is None:
        return NOTHING
    ends = f" {formatting.between(*profile.overhead_interval)}" if profile.overhead_interval else ""
    return f"{formatting.times(profile.overhead)}{ends}"
