"""One sitting: trials in turn over changes and benchmarks until the minutes are spent."""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench import environment, machine
from bench.gate.compare import Sides, compare
from bench.gate.settings import GateSettings
from bench.progress import Silence
from bench.proof import journal
from bench.proof.gate.changes import CHANGES
from bench.proof.gate.neighbour import noisy
from bench.proof.gate.scratch import BASE, make
from bench.proof.gate.shop_benchmarks import CHUNKS
from bench.proof.gate.trials import RECIPE, Trial, as_line, from_line
from bench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bench.gate.outcome import Outcome
    from bench.gate.repository import Repository

NAME = "trials.jsonl"
WHOLE = "all"
"""In place of a chunk: the suite of twenty in one gate, as users run it."""
TRIAL_MINUTES = 2.3
"""A gate of five benchmarks; one of twenty may take `WHOLE_MINUTES`."""
WHOLE_MINUTES = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One change on some of the benchmarks."""

    change: str
    chunk: str

    @property
    def minutes(self) -> float:
        """The most that one trial of it takes."""
        return WHOLE_MINUTES if self.chunk == WHOLE else TRIAL_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the file holds: trials of this recipe, and on which machines they ran."""

    trials: tuple[Trial, ...]
    machines: tuple[dict[str, object], ...]


def cells(only: Iterable[str] = ()) -> list[Cell]:
    """Give the cells in the order of a round robin: the changes that the aims are about first.

    Args:
        only: names of changes and chunks, or `all` for gates of the whole suite.

    Raises:
        BenchError: there is no such thing.
    """
    asked = list(only)
    names = [*CHANGES, *CHUNKS, WHOLE]
    if unknown := [name for name in asked if name not in names]:
        raise BenchError(f"there is no {unknown[0]!r} to prove; there are {', '.join(names)}")
    chunks = [name for name in asked if name in CHUNKS or name == WHOLE] or list(CHUNKS)
    order = ("null", "cpu5", "cpu10", "call", "reuse", "blocking", "lock", "cpu2")
    changes = [name for name in order if name in asked] or list(order)
    return [
        Cell(change=change, chunk=chunk)
        for chunk in chunks
        for change in changes
        if chunk == WHOLE or not CHANGES[change].slows or _touched(change, chunk)
    ]


def sit(  # noqa: PLR0913 - what a sitting is made of
    path: Path,
    chosen: Sequence[Cell],
    *,
    minutes: float,
    disturbed: bool,
    pace: float,
    say: Callable[[str], None],
) -> bool:
    """Run trials until the time is over; every one that ended is in the file.

    Args:
        path: the file.
        chosen: what is run.
        minutes: for all of it; no trial is begun that could end after them.
        disturbed: whether a neighbour disturbs it on purpose.
        pace: share of a trial's usual time, to try things out.
        say: takes a line on each trial.

    Returns:
        Whether somebody stopped it.

    Raises:
        BenchError: the scratch project could not be made, or the file not be written.
    """
    ends_s = time.monotonic() + minutes * 60
    journal.mend(path)
    known = read(path)
    raced = Counter(
        Cell(change=one.change, chunk=one.chunk) for one in known.trials if one.noisy == disturbed
    )
    number = max((one.number for one in known.trials), default=-1) + 1
    began = False
    with tempfile.TemporaryDirectory(prefix="waitbench-shop-") as folder:
        shop = make(Path(folder) / "shop")
        while True:
            cell = min(chosen, key=lambda one: raced[one])
            if time.monotonic() + cell.minutes * 60 * pace > ends_s:
                return False
            if not began:
                journal.append(path, {"machine": environment.describe(), "noisy": disturbed})
                began = True
            load = machine.load_average()
            with noisy(number) if disturbed else nullcontext():
                outcome = _gate(shop, cell, number, pace)
            if outcome.interrupted:
                return True
            line = as_line(
                outcome,
                number=number,
                noisy=disturbed,
                change=cell.change,
                chunk=cell.chunk,
                load=load[0] if load else None,
            )
            journal.append(path, line)
            raced[cell] += 1
            number += 1
            say(_said(cell, outcome, number))


def read(path: Path) -> Known:
    """Read what is there; a last line that was cut off does not count.

    Raises:
        BenchError: a line is damaged, or the file cannot be read.
    """
    trials, machines = [], []
    slows = {name: change.slows for name, change in CHANGES.items()}
    for number, text in enumerate(journal.whole_lines(path), 1):
        try:
            line = json.loads(text)
            if "machine" in line:
                machines.append(line["machine"] | {"noisy": line["noisy"]})
            elif line["recipe"] == RECIPE:
                trials.append(from_line(line, slows))
        except (KeyError, TypeError, ValueError) as wrong:
            raise BenchError(
                f"line {number} of {path} is no trial ({type(wrong).__name__}: {wrong}); "
                "remove that line, or move the file away to begin anew"
            ) from None
    return Known(trials=tuple(trials), machines=tuple(machines))


def _gate(shop: Repository, cell: Cell, number: int, pace: float) -> Outcome:
    names = () if cell.chunk == WHOLE else tuple(f"bench_{name}" for name in CHUNKS[cell.chunk])
    return compare(
        shop,
        Sides(base=shop.revision(BASE), head=shop.revision(cell.change)),
        GateSettings(benchmarks=names, minutes=cell.minutes * pace),
        seed=number,
        watch=lambda _: Silence(),
    )


def _touched(change: str, chunk: str) -> bool:
    return bool(set(CHANGES[change].slows) & set(CHUNKS[chunk]))


def _said(cell: Cell, outcome: Outcome, number: int) -> str:
    words = " ".join(f"{one.name.removeprefix('bench_')}:{one.word}" for one in outcome.results)
    return f"trial {number}: {cell.change} {cell.chunk}, {outcome.seconds:.0f} s: {words}"
