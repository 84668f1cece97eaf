"""One sitting: trials in turn over changes and benchmarks until the minutes are spent."""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.proof import journal
from tests.proof.gate.changes import CHANGES, SHELF_CHANGES
from tests.proof.gate.one_gate import gate
from tests.proof.gate.other_build import unpacked
from tests.proof.gate.scratch import BASE, make, make_shelf
from tests.proof.gate.trials import RECIPE, GateTrial, as_line, from_line
from waitbench.calibration.hogs import hogs
from waitbench.scenario import BenchError
from waitbench.system import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from waitbench.gate.outcome import Outcome

NAME = "trials.jsonl"
ALL = {**CHANGES, **SHELF_CHANGES}
TRIAL_MINUTES = 10.0
"""The most that a gate of the twenty benchmarks takes, as users run it."""
LEAST_MINUTES = 3.0
"""With less time than that a gate would not come to new pairs."""
NULL_EVERY = 3
"""Turns with injected changes to one null commit, on either kind of machine."""
NEIGHBOURS = 2
"""Processes that work in bursts while a noisy trial runs."""
STATES = {"quiet": False, "noisy": True}
TOLD = ("same:", "slower:", "faster:")
NULLS = ("null", "tests-null")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialCell:
    """One commit, on a machine that is left alone or disturbed on purpose."""

    change: str
    noisy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFile:
    """What the file holds: trials of this recipe, and on which machines they ran."""

    trials: tuple[GateTrial, ...]
    machines: tuple[dict[str, object], ...]


def cells(only: Iterable[str] = ()) -> list[TrialCell]:
    """Return the cells in the order of a round robin: quiet and noisy in turn.

    Args:
        only: names of commits, `quiet` or `noisy`; all by default.

    Raises:
        BenchError: there is no such thing.
    """
    asked = list(only)
    names = [*CHANGES, *SHELF_CHANGES, *STATES]
    if unknown := [name for name in asked if name not in names]:
        raise BenchError(f"there is no {unknown[0]!r} to prove; there are {', '.join(names)}")
    every = [*CHANGES, *SHELF_CHANGES]
    changes = [name for name in asked if name in every] or list(CHANGES)
    states = [STATES[name] for name in asked if name in STATES] or list(STATES.values())
    mixed = [name for name in changes if name not in NULLS]
    order = []
    for turn, name in enumerate(mixed):
        if turn % NULL_EVERY == NULL_EVERY - 1:
            order += [null for null in NULLS if null in changes]
        order.append(name)
    order += [null for null in NULLS if null in changes and null not in order]
    return [TrialCell(change=name, noisy=noisy) for name in order for noisy in states]


def sit(  # noqa: PLR0913 - what a sitting is made of
    path: Path,
    chosen: Sequence[TrialCell],
    *,
    minutes: float,
    trial_minutes: float = TRIAL_MINUTES,
    least_minutes: float = LEAST_MINUTES,
    python: str | None = None,
    against: str | None = None,
    say: Callable[[str], None],
) -> bool:
    """Run trials until the time is over; every one that ended is in the file.

    Args:
        path: the file.
        chosen: what is run, in turn; what was run least comes first.
        minutes: for all of it; the last trial gets what is left.
        trial_minutes: the most that one gate may take.
        least_minutes: with less left than that no trial is begun.
        python: interpreter of both sides; None for this one.
        against: an earlier commit of this repository, whose gate is run beside each trial.
        say: takes a line on each trial.

    Returns:
        Whether somebody stopped it.

    Raises:
        BenchError: the scratch project could not be made, or the file not be written; or there is
            no such earlier commit.
    """
    ends_s = time.monotonic() + minutes * 60
    journal.mend(path)
    journalled = read(path)
    raced = Counter(
        TrialCell(change=trial.change, noisy=trial.noisy) for trial in journalled.trials
    )
    began = False
    with (
        tempfile.TemporaryDirectory(prefix="waitbench-shop-") as folder,
        unpacked(against) if against else nullcontext() as other,
    ):
        shop, shelf = make(Path(folder) / "shop"), make_shelf(Path(folder) / "shelf")
        number = max((trial.number for trial in journalled.trials), default=-1) + 1
        while (left := (ends_s - time.monotonic()) / 60) >= least_minutes:
            if not began:
                journal.append(path, {"machine": environment.describe()})
                began = True
            cell = following(chosen, raced)
            with (
                hogs(NEIGHBOURS, bursts=number, own_sessions=False) if cell.noisy else nullcontext()
            ):
                project = shop if cell.change in CHANGES else shelf
                wanted = {
                    "base": BASE,
                    "head": cell.change,
                    "python": python,
                    "minutes": min(trial_minutes, left),
                    "seed": number,
                }
                # In turns on either kind of machine, of which quiet and noisy alternate.
                before = number // len(STATES) % 2 == 0
                beside = other.gate(project, wanted) if other and before else None
                first = FirstVerdict()
                outcome = gate(project, wanted, first.hear)
                if outcome.interrupted:
                    return True
                if other and not before:
                    beside = other.gate(project, wanted)
            kinds = ALL[cell.change].kinds
            line = as_line(outcome, kinds, trial=number, noisy=cell.noisy, change=cell.change)
            line |= {"first_s": first.after_s} | ({"other": beside} if beside else {})
            journal.append(path, line)
            raced[cell] += 1
            say(_said(cell, outcome, number))
            number += 1
    return False


def following(chosen: Sequence[TrialCell], raced: Mapping[TrialCell, int]) -> TrialCell:
    """Return the first cell of those that were run in the fewest rounds."""
    before: Counter[TrialCell] = Counter()
    rounds = []
    for cell in chosen:
        # A cell that stands there twice is run twice in a round.
        rounds.append(ceil((raced.get(cell, 0) - before[cell]) / chosen.count(cell)))
        before[cell] += 1
    return chosen[rounds.index(min(rounds))]


def read(path: Path) -> TrialFile:
    """Read what is there; a last line that was cut off does not count.

    Raises:
        BenchError: a line is damaged, or the file cannot be read.
    """
    trials, machines = [], []
    for number, text in enumerate(journal.whole_lines(path), 1):
        try:
            line = json.loads(text)
            if "machine" in line:
                machines.append(line["machine"])
            elif line["recipe"] == RECIPE:
                trials.append(from_line(line))
        except (KeyError, TypeError, ValueError) as wrong:
            raise BenchError(
                f"line {number} of {path} is no trial ({type(wrong).__name__}: {wrong}); "
                "remove that line, or move the file away to begin anew"
            ) from None
    return TrialFile(trials=tuple(trials), machines=tuple(machines))


class FirstVerdict:
    """Hears what a gate says while it races; `after_s` is when it told its first verdict."""

    def __init__(self) -> None:
        self.after_s: float | None = None
        self._began_s = time.monotonic()

    def hear(self, sentence: str) -> None:
        """Hear what is said: verdicts begin with their word."""
        if self.after_s is None and sentence.startswith(TOLD):
            self.after_s = round(time.monotonic() - self._began_s, 1)


def _said(cell: TrialCell, outcome: Outcome, number: int) -> str:
    kinds = ALL[cell.change].kinds
    verdicts_by_name = {
        result.name.removeprefix("bench_"): result.verdict
        for result in outcome.results
        if result.verdict != "same"
    }
    verdicts = ", ".join(
        f"{name}{f' ({kinds[name]})' if name in kinds else ''} {verdict}"
        for name, verdict in verdicts_by_name.items()
    )
    state = "noisy" if cell.noisy else "quiet"
    return (
        f"trial {number}: {cell.change}, {state}, {outcome.seconds:.0f} s: {verdicts or 'all same'}"
    )
