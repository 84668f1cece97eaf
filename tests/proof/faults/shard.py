"""A part of a sitting: `python -m tests.proof.faults.shard PLACE NUMBER OF SEED SHARE AREAS`."""

from __future__ import annotations

import json
import os
import sys
import warnings
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.proof.faults import rules, running
from tests.proof.faults.areas import NAMES
from tests.proof.faults.trial import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.proof.faults.trial import Trial


def main() -> None:
    """Carry out every n-th trial, and write a line for each as it ends."""
    place, number, of, seed, share, areas = sys.argv[1:]
    warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads: none of ours runs
    running.adopt_orphans()
    chosen = [name for name in NAMES if not areas or name in areas.split(",")]
    folder = Path(place)
    _warm(folder)
    with (folder / "outcomes.jsonl").open("w", encoding="utf-8") as file:
        for name in chosen:
            area = import_module(f"tests.proof.faults.areas.{name}")
            rng = Random(f"{seed} {name}")
            for count, outcome in enumerate(
                _outcomes(area, rng, float(share), (int(number), int(of)), folder), 1
            ):
                file.write(json.dumps(asdict(outcome)) + "\n")
                file.flush()
                if outcome.faults or count % 100 == 0:
                    failed = (
                        f": {outcome.title}: {outcome.faults[0][:300]}" if outcome.faults else ""
                    )
                    sys.stderr.write(f"{name} {count}{failed}\n")


def _outcomes(
    area: object, rng: Random, share: float, part: tuple[int, int], folder: Path
) -> Iterator[Outcome]:
    number, of = part
    if outcomes := getattr(area, "outcomes", None):
        if number == of:  # the one that is there for what is no command
            yield from outcomes(rng, share)
        return
    if number == of:
        return
    for count, trial in enumerate(area.trials(rng, share)):  # type: ignore[attr-defined]
        if count % of == number:
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
