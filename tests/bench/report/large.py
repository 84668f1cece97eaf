"""A results file of many rows, for whoever asks how long a report of it takes.

python -m tests.bench.report.large 10000 large.json
time waitbench report large.json --format html,md,csv,json,latex -o large
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.synthetic import document, record, scenario, shaken, target

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS = {"sync": 1600.0, "threads": 56.0, "processes": 61.0, "asyncio": 52.8}
SUITES = 20


def records(rows: int) -> Iterator[dict[str, Any]]:
    """Yield so many rows: four models in each scenario, three launches, twelve rounds a row."""
    for number in range(rows):
        place, turn = divmod(number, len(MODELS))
        model, wall_ms = list(MODELS.items())[turn]
        suite = "io_bound" if place % SUITES == 0 else f"question_{place % SUITES}"
        of = scenario(f"http-50ms-n32-c{place}", suite=suite)
        parts = (1.2, 0.7, 0, 50, 0.4, 1.1, 0)
        slower = 1 + (place % 7) / 500
        yield record(of, model, shaken(wall_ms * slower), stats=target(), phases_ms=parts)


def main() -> None:
    """Write the file that the command line names."""
    rows, path = int(sys.argv[1]), Path(sys.argv[2])
    path.write_text(json.dumps(document(list(records(rows)))), encoding="utf-8")


if __name__ == "__main__":
    main()
