"""The hand-made runs whose reports are kept; `python -m tests.bench.report.runs` redraws them."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from tests.bench.synthetic import (
    MS,
    computing,
    null,
    record,
    scenario,
    shaken,
    summary,
    target,
    whole,
)
from waitbench import registry
from waitbench.findings import find_all
from waitbench.report.formats import csv, html, json, latex, markdown, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from waitbench.analysis.comparison import Summary

SNAPSHOTS = Path(__file__).parent / "snapshots"
FOR_PEOPLE = ("html", "markdown", "terminal")
"""Formats that say things in the same sentences; the others have tests of their own."""
CLAIMS = ["io_or_cpu_bound", "waiting_or_computing", "concurrency_not_the_library", "one_winner"]


@contextmanager
def with_few_claims() -> Iterator[None]:
    """Hide all findings but these: a new claim is no change of the report."""
    names = registry.names
    few = patch.object(
        registry, "names", lambda room: CLAIMS if room == "findings" else names(room)
    )
    with few:
        yield


def seeing(made: dict[str, Any], *rounds: Mapping[str, float]) -> dict[str, Any]:
    """Return the record, its rounds with these workload metrics over and over."""
    for number, entry in enumerate(made["rounds"]):
        entry["metrics"] = rounds[number % len(rounds)]
    return made


def usual(folder: Path) -> Summary:
    """Everything went well."""
    return summary(folder, *whole(), *null())


def troubled(folder: Path) -> Summary:
    """Whatever can go wrong did, in one launch, and then somebody pressed Ctrl-C."""
    late, broken, alone = scenario("late"), scenario("broken"), scenario("no|<b>baseline</b>")
    sums = computing()
    once = (1.0,)
    dead = record(broken, "processes", [], failure="worker could not start: no memory")
    dead |= {"width": None}
    dead["scenario"] |= {"waits_ns": None}
    return summary(
        folder,
        record(late, "sync", shaken(1625, once), stats=target()),
        record(late, "threads", shaken(61, once), stats=target(error_ms=8)),
        record(late, "asyncio", shaken(53, once), stats=target()),
        record(broken, "sync", shaken(1625, once)),
        record(
            broken,
            "threads",
            [[56 * MS, 55 * MS, 57 * MS]],
            errors={(0, 1): "ConnectionResetError: [Errno 104] *reset* by peer"},
            failure="worker was killed by SIGKILL in launch 0",
        ),
        record(broken, "asyncio", [[54 * MS]]),
        record(alone, "threads", shaken(56, once)),
        record(alone, "trio|<script>", shaken(53, once), memory=None),
        record(sums, "sync", [[10 * MS, 14 * MS, 9 * MS]]),
        record(sums, "processes", [[9 * MS, 8 * MS, 12 * MS]]),
        interrupted=True,
        failed=[dead],
        warnings=[
            {
                "code": "busy-machine",
                "text": "other work kept the machine busy at the start: a load of 3 on 2 cores",
                "advice": "close what else runs, wait a minute and run again",
            }
        ],
    )


def controlled(folder: Path) -> Summary:
    """A loud machine, a control that fired, and a client library that was raced alone."""
    near, mixed = scenario("http-50ms-n10-c10", tasks=10, concurrency=10), scenario("mixed")
    near["controls"] = ["asyncio_serial"]
    mixed |= {"workload": "mixed", "waits_ns": 20 * MS, "computes": True, "suite": "mixed"}
    loud = {(0, 0): 90 * MS, (1, 1): 80 * MS, (2, 3): 95 * MS}
    return summary(
        folder,
        *null(1.2),
        record(near, "sync", shaken(520), cpu_ms=15, reruns=dict.fromkeys(loud, 800 * MS)),
        record(near, "asyncio_serial", shaken(510), cpu_ms=4, width=1),
        record(
            near, "threads", shaken(54), cpu_ms=10, reruns=loud, disturbed={(0, 2), (0, 3), (1, 0)}
        ),
        record(near, "asyncio", shaken(51), cpu_ms=4, reruns=loud),
        record(mixed, "sync", shaken(900), cpu_ms=260),
        record(mixed, "threads", shaken(290), cpu_ms=256, reruns=loud),
        record(mixed, "processes", shaken(165), cpu_ms=260, reruns=loud),
        record(mixed, "asyncio", shaken(281), cpu_ms=256, reruns=loud),
    )


def full(folder: Path) -> Summary:
    """The usual, and two suites that ask questions of their own, one against another baseline."""
    still = scenario("stalls-20ms-n50-c50", suite="stalls", workload="sleep", waits_ns=20 * MS)
    again = still | {"name": "stalls-5ms-n50-c50"}
    order = scenario("order-n10", suite="order", workload="sleep", baseline="gather")
    made = summary(
        folder,
        *whole(),
        *null(),
        seeing(record(still, "sync", shaken(640)), {"most_at_once": 1}),
        seeing(
            record(still, "asyncio", shaken(81)),
            {"standstill_ns": 19.5 * MS, "most_at_once": 50},
            {"standstill_ns": 20.5 * MS, "most_at_once": 50},
            {"standstill_ns": 40 * MS, "most_at_once": 50},
        ),
        record(again, "sync", shaken(160)),
        record(order, "gather", shaken(20)),
        record(order, "one by one", shaken(200)),
        left_out=[
            {"suite": "stalls", "scenario": name, "model": "free_threads", "reason": "needs 3.13t"}
            for name in ("stalls-5ms-n50-c50", "stalls-20ms-n50-c50")
        ],
        options={"full": True, "suites": ["io_bound", "stalls"], "budget_s": 310},
    )
    return replace(made, path=Path("results/Linux-CPython-3.11-64bit/0007_run.json"))


RUNS = {"usual": usual, "troubled": troubled, "controlled": controlled, "full": full}
WHOLE = "full"
"""The run that is kept in every format; the others are in JSON and in Markdown."""
DRAWINGS = re.compile(r"(<(script|style|svg)\b[^>]*>).*?(</\2>)", re.DOTALL)
"""What of a page has tests of its own: scripts, palettes and pictures."""


def drawn(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and text of every snapshot."""
    for name, made in RUNS.items():
        run = made(folder)
        findings: list[Any] = find_all(run)
        yield f"{name}.md", markdown.render(run, findings)
        yield f"{name}.json", json.render(run, findings)
        if name == WHOLE:
            yield f"{name}.csv", csv.render(run, findings)
            yield f"{name}.tex", latex.render(run, findings)
            yield f"{name}.html", DRAWINGS.sub(r"\1\3", html.render(run, findings))
            for width in (80, 120):
                yield f"{name}-{width}.txt", terminal.render(run, findings, width=width)


def main() -> None:
    """Draw all snapshots again; look at the difference before keeping it."""
    with tempfile.TemporaryDirectory() as folder, with_few_claims():
        for name, text in drawn(Path(folder)):
            (SNAPSHOTS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
