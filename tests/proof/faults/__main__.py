"""`python -m tests.proof.faults`: does thousands of things that go wrong, and counts what held."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.proof.faults import page
from tests.proof.faults.areas import NAMES
from tests.proof.faults.trial import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT = Path(__file__).parents[3]
FOLDER = CHECKOUT / "results" / "proof" / "faults"
COPIED = (("bench/waitbench", "waitbench"), ("server/waitbench_server", "waitbench_server"))
"""What is tried: a copy without a checkout around it, so that nothing here is written to."""
SHORT = 0.02
"""Share of the areas that need no minutes."""
USAGE, INTERRUPTED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Try everything, write the table, print it.

    Returns:
        0 if all held, 1 if anything did not; 130 if it was stopped.
    """
    options = _parse(argv)
    scratch = Path(tempfile.mkdtemp(prefix="waitbench-faults-"))
    try:
        for source, name in COPIED:
            shutil.copytree(CHECKOUT / source, scratch / "site" / name)
        outcomes, stopped = _sat(options, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if options.output:
        sys.stdout.write(page.write(options.output, outcomes, options.seed, _commit()))
    failed = [outcome for outcome in outcomes if outcome.faults]
    for outcome in failed:
        sys.stderr.write(f"{outcome.title}\n")
        sys.stderr.writelines(f"    {fault}\n" for fault in outcome.faults)
    sys.stderr.write(f"prove faults: {len(outcomes)} tried, {len(failed)} failed\n")
    return INTERRUPTED if stopped else int(bool(failed))


def _sat(options: argparse.Namespace, scratch: Path) -> tuple[list[Outcome], bool]:
    """Return what each trial came to that ended, and whether Ctrl-C was the end of them."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST")}
    environ = kept | {
        "PYTHONPATH": os.pathsep.join([str(scratch / "site"), str(CHECKOUT)]),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    shards = []
    for number in range(options.jobs + 1):  # the last is for what is no command
        place = scratch / f"shard-{number}"
        place.mkdir()
        asked = (options.seed, options.share, options.minutes, options.only)
        words = (place, number, options.jobs, *asked)
        command = [sys.executable, "-m", "tests.proof.faults.shard", *map(str, words)]
        shards.append((place, subprocess.Popen(command, cwd=CHECKOUT, env=environ)))
    stopped = False
    try:
        statuses = [process.wait() for _, process in shards]
    except KeyboardInterrupt:  # they heard it, too
        stopped, statuses = True, [process.wait() for _, process in shards]
    if any(statuses):
        raise SystemExit(f"prove faults: a part of it ended with status {max(statuses)}")
    outcomes = [
        Outcome(**json.loads(line))
        for place, _ in shards
        for line in (place / "outcomes.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return outcomes, stopped


def _commit() -> str:
    """Return the commit that was tried, with a + where files differ from it."""
    words = ["git", "describe", "--always", "--abbrev=9", "--dirty=+"]
    done = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/prove faults",
        description="Kills, stops, starves and misleads waitbench thousands of times, and writes "
        "results/proof/faults/README.md.",
    )
    add = parser.add_argument
    add("--seed", type=int, default=20261130, metavar="N", help="of all that is drawn (20261130)")
    add("--share", type=float, default=1.0, metavar="S", help="of all trials, 0.05 for a look (1)")
    add("--only", default="", metavar="A,B", help=f"areas: {', '.join(NAMES)} (all)")
    add("--minutes", type=float, default=120, metavar="M", help="at most; what was tried by then")
    add("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="at once (cores)")
    add("--output", type=Path, default=None, metavar="FOLDER", help="where the table is written")
    add("--short", action="store_true", help="a hundred of the quick ones, as CI does")
    options = parser.parse_args(argv)
    if options.short:
        options.share, options.only = SHORT, "options,files,gate,surroundings"
    if unknown := set(filter(None, options.only.split(","))) - set(NAMES):
        parser.error(f"there is no area {unknown.pop()!r}; there are {', '.join(NAMES)}")
    if not 0 < options.share <= 1 or options.jobs < 1:
        parser.error("--share is above zero and at most 1, --jobs from 1 on")
    if options.output is None and options.share == 1:
        options.output = FOLDER
    return options


if __name__ == "__main__":
    raise SystemExit(main())
