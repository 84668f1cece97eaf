"""`python -m tests.proof.pythons.samplers`: what being watched costs by each sampler, in turn.

For a Python from 3.15 on that has pyinstrument, too (it has no wheel there, and builds with a
compiler). Each turn profiles the same scenarios by both, one right after the other and the first of
them by turns; what is compared is what each found against its own twin that nobody watched.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import defaultdict
from math import exp, log, sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.profiling import files
from waitbench.profiling.samplers import MODULES
from waitbench.services import processes
from waitbench.stats import student_t

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


WORDS = ("io_bound", "cpu_bound", "-k", "http-50ms-n10 or http-0ms or compute")
OURS, THEIRS = "python", "pyinstrument"
CONFIDENCE = 0.95
Costs = dict[str, dict[str, list[float]]]
"""Times longer a watched round took: by row, then by sampler, one for each turn."""


def main() -> None:
    """Profile by both in turn, and print the costs and their ratios as a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.pythons.samplers")
    parser.add_argument("--turns", type=int, default=6, metavar="N")
    parser.add_argument("--seconds", type=float, default=0.5, metavar="S")
    options = parser.parse_args()
    costs: Costs = defaultdict(lambda: defaultdict(list))
    for turn in range(options.turns):
        by_sampler = {
            name: _profiled(name, options.seconds) for name in sorted(MODULES, reverse=turn % 2 > 0)
        }
        for row in by_sampler[OURS].keys() & by_sampler[THEIRS].keys():
            for name, rows in by_sampler.items():
                costs[row][name].append(rows[row])
    print("\n".join(table(costs)))


def table(costs: Mapping[str, Mapping[str, Sequence[float]]]) -> list[str]:
    """Return the costs by row: each sampler's, and the one's over the other's, paired by turn."""
    heads = ("row", "turns", OURS, THEIRS, f"{OURS} over {THEIRS}")
    lines = [f"| {' | '.join(heads)} |", "|---|---|---|---|---|"]
    shares = []
    for row, of in sorted(costs.items()):
        ours, theirs = (list(map(log, of[name])) for name in (OURS, THEIRS))
        shares.append([own - other for own, other in zip(ours, theirs, strict=True)])
        cells = (row, str(len(ours)), *map(_centre, (ours, theirs, shares[-1])))
        lines.append(f"| {' | '.join(cells)} |")
    # A turn is what repeats: its rows share whatever else the machine did meanwhile.
    turns = [fmean(of) for of in zip(*shares, strict=False)]
    return [*lines, f"| all rows, by turn | {len(turns)} | | | {_centre(turns)} |"]


def _centre(logs: Sequence[float]) -> str:
    """Return the geometric mean, and its interval where there are two or more."""
    text = f"{exp(fmean(logs)):.3f}"
    if len(logs) < 2:
        return text
    half = student_t.quantile(len(logs) - 1, 1 - CONFIDENCE) * stdev(logs) / sqrt(len(logs))
    return f"{text} {formatting.between(exp(fmean(logs) - half), exp(fmean(logs) + half))}"


def _profiled(sampler: str, seconds: float) -> dict[str, float]:
    """Return by row how many times longer a watched round took than one that was not.

    Raises:
        SystemExit: it failed; says how.
    """
    words = ["profile", *WORDS, "--sampler", sampler, "--seconds", f"{seconds}", "-q", "-o", "it"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "waitbench", *words],
            cwd=folder,
            env=processes.environment_of_ours(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise SystemExit(
                f"{sampler} ended with {done.returncode}: {done.stderr.strip()[-300:]}"
            )
        return {
            f"{profile.scenario}/{profile.model}": profile.overhead
            for profile in files.read(Path(folder, "it"))
            if profile.overhead
        }


if __name__ == "__main__":
    main()
