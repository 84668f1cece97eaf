"""Small real files of every tool that waitbench reads, its own among them, while they are whole."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tests.bench.profiling.lanes import TASK, WORK, lane, profile, stack
from tests.bench.results.test_formats import FILES
from tests.bench.synthetic import computing, document, record, scenario, shaken, target
from tests.proof.faults import odd
from waitbench.analysis.summary import summarise
from waitbench.results.load import load
from waitbench.tracking import baseline, history

if TYPE_CHECKING:
    from random import Random

DAY = "2026-03-01T12:00:00+00:00"
RUN = document(
    [
        record(scenario(), "sync", shaken(1600), stats=target(), phases_ms=(1, 1, 0, 50, 0, 1, 0)),
        record(scenario(), "asyncio", shaken(52), stats=target(), metrics={"lost": 1.0}),
        record(computing(), "sync", shaken(200)),
        record(computing(), "processes", shaken(110)),
    ],
)
"""A small run: waiting and computing, a metric, phases."""
STACK = stack(TASK, WORK)
PROFILES = {
    "schema": 2,
    "profiles": [profile(lane({STACK: 40}, cpu_ms=40, delay_ms=0)).form()],
}
"""What `waitbench profile -o` writes of one contestant."""


BENCHMARKS = b'''"""What is compared."""
import shop
def bench_total():
    return shop.total(range(200))
def bench_double():
    return shop.double(21)
'''
SHOP = b'''"""A shop."""
def total(rows):
    return sum(row * 2 for row in rows)
def double(figure):
    return figure * 2
'''
QUICK = b'''"""A function, and a program that is healthy."""
import asyncio
def quick(number=1):
    return sum(range(1000))
if __name__ == "__main__":
    asyncio.run(asyncio.sleep(0.01))
'''
"""A module of a user's."""


def results() -> dict[str, Any]:
    """Return a results file of each tool, by a name for it."""
    return {"waitbench": RUN, **others()}


def others() -> dict[str, Any]:
    """Return a results file of each other tool, by a name for it."""
    return dict(FILES)


def own() -> dict[str, bytes]:
    """Return what waitbench keeps beside its results: a history and a baseline, as files."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "run.json").write_text(json.dumps(RUN))
        summary = summarise(load(folder / "run.json"))
        for day in range(1, 9):
            entry = history.entry(summary, f"2026-03-0{day}T12:00:00+00:00")
            history.append(folder / "history.jsonl", entry)
        written = baseline.write(folder, baseline.made(summary, name="kept", date=DAY))
        return {
            "run.json": (folder / "run.json").read_bytes(),
            "history.jsonl": (folder / "history.jsonl").read_bytes(),
            "kept.json": written.read_bytes(),
            "profiles.json": json.dumps(PROFILES).encode(),
        }


def project() -> dict[str, bytes]:
    """Return a project with benchmarks, as it is in the first commit of a repository."""
    return {"benchmarks.py": BENCHMARKS, "shop.py": SHOP}


def repository(folder: Path) -> Path:
    """Return a repository with two commits, which is made once in a folder."""
    place = folder / "repository"
    if not place.exists():
        place.mkdir(parents=True)
        git(place, "init", "-q", "-b", "main")
        for number, text in enumerate((SHOP, SHOP.replace(b"in rows)", b"in rows if row)"))):
            for name, content in {**project(), "shop.py": text}.items():
                (place / name).write_bytes(content)
            git(place, "add", "--all")
            git(place, "commit", "-q", "-m", f"commit {number}")
    return place


def git(folder: Path, *words: str) -> None:
    """Run git in a folder, with a name for commits."""
    signed = ("-c", "user.name=t", "-c", "user.email=t@invalid")
    subprocess.run(["git", *signed, "-C", str(folder), *words], check=True)


def as_bytes(document: Any) -> bytes:
    """Return a document as a file."""
    return json.dumps(document).encode()


def lines_spoilt(content: bytes, rng: Random) -> bytes:
    """Return a file of one JSON document or of one in each line, with one of them spoilt."""
    try:
        return odd.spoilt(json.loads(content), rng)
    except ValueError:
        lines = content.strip().split(b"\n")
        place = rng.randrange(len(lines))
        lines[place] = odd.spoilt(json.loads(lines[place]), rng)
        return b"\n".join(lines) + b"\n"
