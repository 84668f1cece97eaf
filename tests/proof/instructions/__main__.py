"""`python -m tests.proof.instructions`: count twenty functions, gate two, write the page."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.proof import readme
from tests.proof.gate import scratch
from tests.proof.instructions import page, twenty_functions
from waitbench import atomic_file
from waitbench.gate import discover, instruction_counts, prepare, worktrees
from waitbench.gate.compare import Sides, compare
from waitbench.gate.formats import json as as_json
from waitbench.gate.settings import GateSettings
from waitbench.scenario import BenchError
from waitbench.system import environment
from waitbench.system.instructions import kind_here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.gate.instruction_counts import Counts
    from waitbench.gate.repository import Repository

FOLDER = Path(__file__).parents[3] / "results" / "proof" / "instructions"
FILE = "counts.json"
ALIKE_PAIRS = 25
"""Pairs of processes of identical code: with twenty functions, 500 pairs of counts."""
LONGEST_S = 1800.0
GATE_MINUTES = 5.0
"""At most; it takes three where nothing else runs."""
PARTS = ("alike", "more", "gate")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is asked for, keep it, write the page, print it.

    Returns:
        0; 2 for a mistake that one line on stderr explains.
    """
    options = _parse(argv)
    try:
        kept = _read(options.output / FILE)
        for part in options.only:
            kept[part] = _gated() if part == "gate" else _counted(part, kept.get(part))
            kept["environment"] = environment.describe(checkout=Path.cwd())
            options.output.mkdir(parents=True, exist_ok=True)
            atomic_file.write(options.output / FILE, json.dumps(kept, indent=1) + "\n")
        sys.stdout.write(readme.write(options.output, page.page(kept)))
    except BenchError as mistake:
        _say(f"prove instructions: {mistake}")
        return 2
    return 0


def _counted(part: str, before: dict[str, Any] | None) -> dict[str, Any]:
    """Return the counts of the twenty functions between base and another commit.

    Those of identical code are added to what there is of them, until there are enough.
    """
    kept = (before or {}).get("pairs", {}) if part == "alike" else {}
    first = min(map(len, kept.values()), default=0)
    pairs = ALIKE_PAIRS - first if part == "alike" else instruction_counts.PAIRS
    if pairs <= 0:
        return dict(before or {})
    with tempfile.TemporaryDirectory() as folder:
        repository = scratch.made(
            Path(folder) / "work",
            {"benchmarks.py": twenty_functions.benchmarks()},
            ("work.py", twenty_functions.CODE),
            twenty_functions.CHANGES,
        )
        began_s = time.monotonic()
        counts = _count(repository, "null" if part == "alike" else "more", pairs, first)
    return {
        "kind": counts.kind,
        "still": counts.still,
        "seconds": round(time.monotonic() - began_s, 1),
        "pairs": {
            (short := name.removeprefix("bench_")): [
                *kept.get(short, ())[:first],
                *_per_call(taken, counts.calls[name]),
            ]
            for name, taken in counts.pairs.items()
        },
        "left_out": dict(counts.left_out),
    }


def _per_call(pairs: Sequence[tuple[float, float]], calls: int) -> list[list[float]]:
    """Return counts of a call: how many a round has may differ from one sitting to the next."""
    return [[round(count / calls, 1) for count in pair] for pair in pairs]


def _count(repository: Repository, change: str, pairs: int, first: int) -> Counts:
    settings = GateSettings()
    sides = repository.revision(scratch.BASE), repository.revision(change)
    with worktrees.checked_out(repository, *sides) as checkouts:
        both = prepare.sides(checkouts, settings, (None, None), None, prepare.silent)
        listing = discover.find(both, checkouts, settings, repository.top, renamed={}, only="")
        return instruction_counts.count(
            [benchmark for benchmark in listing.benchmarks if benchmark.raced],
            kind_here(),
            ends_s=time.monotonic() + LONGEST_S,
            seed=1,
            pairs=pairs,
            first=first,
            say=_say,
        )


def _gated() -> dict[str, Any]:
    """Return what a gate by both instruments says where they differ."""
    with tempfile.TemporaryDirectory() as folder:
        repository = scratch.made(
            Path(folder) / "orders",
            {"benchmarks.py": twenty_functions.ORDERS_BENCHMARKS},
            ("orders.py", twenty_functions.ORDERS),
            twenty_functions.ORDERS_CHANGES,
        )
        sides = Sides(base=repository.revision(scratch.BASE), head=repository.revision("differ"))
        outcome = compare(
            repository,
            sides,
            GateSettings(minutes=GATE_MINUTES, instrument="both"),
            seed=1,
            explain=False,
            observer=lambda _: lambda _event: None,
            say=_say,
        )
    results = as_json.document(outcome)["waitbench"]["gate"]["results"]
    return {"seconds": round(outcome.seconds, 1), "results": results}


def _read(path: Path) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as damaged:
        raise BenchError(f"{path.name} is damaged: {damaged}; move it away") from None
    return kept


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/prove instructions",
        description="Counts the instructions of twenty functions between commits that change "
        "nothing or 1 %, gates two where clock and counts differ, and writes "
        "results/proof/instructions/README.md.",
    )
    parser.add_argument(
        "--only",
        choices=(*PARTS, "page"),
        help="measure this alone: alike (2 minutes), more (half a minute), gate (3 minutes); page "
        "measures nothing",
    )
    parser.add_argument("--output", type=Path, default=FOLDER, metavar="FOLDER")
    options = parser.parse_args(argv)
    options.only = PARTS if options.only is None else tuple({options.only} - {"page"})
    os.environ.pop("PYTHONHASHSEED", None)
    return options


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
