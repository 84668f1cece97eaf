"""`./scripts/prove pythons`: two names of the same interpreter race until enough was compared.

Nothing differs but the name: each *faster* or *slower* of a model under one against the same model
under the other is false. Each run is added to a file, and the next call goes on from there.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.proof.pythons.runs import run
from waitbench.analysis.by_build import pivots
from waitbench.analysis.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.results.load import Run

FOLDER = Path(__file__).parents[3] / "results" / "proof" / "pythons"
FILE, PAGE = "same.jsonl", "README.md"
COMPARISONS = 500
FALSE = {"faster", "slower"}
MODELS = (
    *("sync", "threads", "executor_threads", "to_thread", "asyncio", "asyncio_gather"),
    *("asyncio_taskgroup", "asyncio_tasks", "asyncio_semaphore", "asyncio_queue"),
    "asyncio_as_completed",
)
SCENARIOS = "mixed-2ms-1000-n8-c2 or mixed-2ms-10000-n8-c2 or compute-25000 or digest or sleep-5ms"
WORDS = (
    *("map", "cpu_bound", "advice", "-k", SCENARIOS, "--models", ",".join(MODELS)),
    *("--budget", "50", "--launches", "6"),
)
"""Short rounds of many models in six scenarios that each process serves one after the other, and
that no target holds back: some 60 comparisons a minute, with launches enough to decide them."""
TWIN = "WAITBENCH_TWIN=1"
"""A variable that nobody reads: another name of the same."""


def main() -> int:
    """Race until enough was compared or the minutes are over; print and write the count.

    Returns:
        0; 1 where a verdict was false.
    """
    parser = argparse.ArgumentParser(prog="scripts/prove pythons", description=__doc__)
    parser.add_argument("--python", default="3.14", metavar="NAME")
    parser.add_argument("--comparisons", type=int, default=COMPARISONS, metavar="N")
    parser.add_argument("--minutes", type=float, default=60.0, metavar="M")
    parser.add_argument("--output", type=Path, default=FOLDER, metavar="DIR")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    journal = options.output / FILE
    ends_s = time.monotonic() + 60 * options.minutes
    entries = _read(journal)
    while sum(map(_compared, entries)) < options.comparisons and time.monotonic() < ends_s:
        with tempfile.TemporaryDirectory() as folder:
            made, took_s = run(folder, WORDS, f"{options.python},{options.python}+{TWIN}")
        entry = judged(made) | {"seconds": round(took_s)}
        with journal.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(entry) + "\n")
        entries.append(entry)
        sys.stderr.write(f"{_sentence(entries)}\n")
    (options.output / PAGE).write_text(_page(entries), encoding="utf-8")
    print(_sentence(entries))
    return int(any(entry["false"] for entry in entries))


def judged(made: Run) -> dict[str, Any]:
    """Return the verdicts on a run: how many of each, and which are false."""
    cells = [
        (f"{pivot.scenario.name}/{name}", cell.verdict.verdict)
        for pivot in pivots(summarise(made))
        for (name, _), cell in pivot.cells.items()
        if cell.verdict
    ]
    return {
        "python": f"{made.environment.get('implementation')} {_version(made)}",
        "day": made.day,
        "seed": made.meta.get("seed"),
        "verdicts": dict(Counter(verdict for _, verdict in cells)),
        "false": [f"{row}: {verdict}" for row, verdict in cells if verdict in FALSE],
    }


def _version(made: Run) -> str:
    return str(next((row.state.get("python") for row in made.contestants if row.state), "?"))


def _read(journal: Path) -> list[dict[str, Any]]:
    if not journal.is_file():
        return []
    return [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]


def _compared(entry: dict[str, Any]) -> int:
    return sum(entry["verdicts"].values())


def _sentence(entries: Sequence[dict[str, Any]]) -> str:
    verdicts: Counter[str] = Counter()
    for entry in entries:
        verdicts.update(entry["verdicts"])
    false = sum(count for verdict, count in verdicts.items() if verdict in FALSE)
    rest = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    return f"{false} false verdicts in {verdicts.total()} comparisons ({rest})"


def _page(entries: Sequence[dict[str, Any]]) -> str:
    pythons = ", ".join(sorted({str(entry["python"]) for entry in entries}))
    days = ", ".join(sorted({str(entry["day"]) for entry in entries}))
    wrong = [row for entry in entries for row in entry["false"]]
    many = f"{len(entries)} runs of `./scripts/prove pythons` under {pythons}, {days}"
    how = (
        "Each compares a model with itself under another name of the same program, in the same "
        "blocks, as `waitbench run --python` compares interpreters, corrected over each run"
    )
    parts = ["# Two names of the same interpreter", f"{_sentence(entries)}: {many}. {how}."]
    parts += [f"- {row}" for row in wrong]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
