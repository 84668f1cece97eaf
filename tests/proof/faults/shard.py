"""A part of a sitting, as `tests.proof.faults` starts it: every n-th trial, a line for each."""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.proof.faults import rules, running
from tests.proof.faults.areas import NAMES
from tests.proof.faults.trial import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.proof.faults.trial import Trial


def main() -> None:
    """Carry out every n-th trial until the minutes are over."""
    place, number, of, seed, share, minutes, areas = sys.argv[1:]
    until_s = time.monotonic() + 60 * float(minutes)
    warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads: none of ours runs
    running.adopt_orphans()
    chosen = [name for name in NAMES if not areas or name in areas.split(",")]
    folder, part = Path(place), (int(number), int(of))
    with (
        (folder / "outcomes.jsonl").open("w", encoding="utf-8") as file,
        suppress(KeyboardInterrupt),
    ):
        _warm(folder)
        outcomes = _outcomes(chosen, seed, float(share), part, folder)
        for count, outcome in enumerate(outcomes, 1):
            file.write(json.dumps(asdict(outcome)) + "\n")
            file.flush()
            if outcome.faults or count % 100 == 0:
                failed = [outcome.title, outcome.faults[0][:300]] if outcome.faults else []
                sys.stderr.write(": ".join([f"{outcome.area} {count}", *failed]) + "\n")
            if time.monotonic() > until_s:
                break


def _outcomes(
    chosen: Sequence[str], seed: str, share: float, part: tuple[int, int], folder: Path
) -> Iterator[Outcome]:
    """Yield what this part of the trials comes to, those of all areas in one drawn order."""
    number, of = part
    trials: list[Trial] = []
    for name in chosen:
        area, rng = import_module(f"tests.proof.faults.areas.{name}"), Random(f"{seed} {name}")
        if outcomes := getattr(area, "outcomes", None):
            if number == of:  # the part that is there for what is no command
                yield from outcomes(rng, share)
        elif number < of:
            trials += area.trials(rng, share)
    Random(seed).shuffle(trials)
    for trial in trials[number::of]:
        yield tried(trial, folder / "scratch")


def tried(trial: Trial, scratch: Path) -> Outcome:
    """Carry out a trial, and judge it."""
    ending = running.run(trial, scratch)
    return Outcome(
        area=trial.area,
        title=trial.title,
        faults=rules.faults(trial, ending),
        took_s=round(ending.took_s, 3),
        complaint=ending.complaint.decode(errors="backslashreplace").strip()[-300:],
    )


def _warm(folder: Path) -> None:
    """Import what commands import, once for all copies of this process."""
    from tests.proof.faults import samples
    from waitbench.cli import main as waitbench

    nowhere = os.open(os.devnull, os.O_WRONLY)
    kept = os.dup(1)
    os.dup2(nowhere, 1)
    file = folder / "warm.json"
    file.write_bytes(samples.as_bytes(samples.RUN))
    for words in (["report", str(file)], ["claims", str(file)], ["report", "--format", "html"]):
        waitbench([*words, str(file)] if "html" in words else words)
    for name in ("jinja2", "psutil", "scipy.stats", "pytest", "pytest_benchmark.plugin"):
        import_module(name)
    os.dup2(kept, 1)


if __name__ == "__main__":
    main()
