"""Programs of every kind in, records out: what the advisor says of each, and of its healthy twins.

Only what is said counts here, so that a busy machine is no hindrance.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from tests.proof import journal
from tests.proof.advisor.corpus.kinds import MEMORY, SOURCES, TOLD, Program, programs
from tests.proof.page import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME = "kinds.jsonl"
RECIPE = 1
"""Number of how programs are asked about; records of another recipe do not count."""
OPTIONS = ("--budget", "3s", "--max-calls", "60", "--force")
WITHIN_S = 300.0


class KindRecord(TypedDict):
    """What was said of one program."""

    recipe: int
    kind: str
    name: str
    healthy: bool
    right: bool
    status: int
    words: list[str]


def run(path: Path, *, again: bool) -> Iterator[KindRecord]:
    """Ask about every program that has no record yet; yield and keep each."""
    there = set() if again else {_key(record) for record in read(path)}
    with tempfile.TemporaryDirectory(prefix="waitbench-") as folder:
        for module, source in SOURCES.items():
            Path(folder, f"{module}.py").write_text(source, "utf-8")
        for program in programs():
            if (program.kind, program.name, program.healthy) not in there:
                record = asked(program, folder)
                journal.append(path, record)
                yield record


def asked(program: Program, folder: str) -> KindRecord:
    """Ask about one program of a folder."""
    command = [sys.executable, "-m", "waitbench", "advise", program.name, *OPTIONS]
    done = subprocess.run(
        [*command, *(["--items", program.items] if program.items else [])],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    return judged(program, done.stdout + done.stderr, done.returncode)


def judged(program: Program, printed: str, status: int) -> KindRecord:
    """Judge what was printed: a twin may be called neither its kind nor a memory."""
    text = " ".join(printed.split())
    wanted = {*TOLD[program.kind], *(TOLD[MEMORY] if program.healthy else ())}
    words = sorted(each for each in wanted if each in text)
    return {
        "recipe": RECIPE,
        "kind": program.kind,
        "name": program.name,
        "healthy": program.healthy,
        "right": bool(words) is not program.healthy,
        "status": status,
        "words": words,
    }


def read(path: Path) -> list[KindRecord]:
    """Read the records of this recipe, the last of each program."""
    latest: dict[tuple[str, str, bool], KindRecord] = {}
    for line in journal.whole_lines(path):
        record = json.loads(line)
        if record.get("recipe") == RECIPE:
            latest[_key(record)] = record
    return list(latest.values())


def _key(record: KindRecord) -> tuple[str, str, bool]:
    return record["kind"], record["name"], record["healthy"]


def section(records: Sequence[KindRecord]) -> str:
    """Return a table of kinds, and below it the programs that were judged wrongly."""
    counts = Counter((record["kind"], record["healthy"], record["right"]) for record in records)
    rows = []
    for kind in dict.fromkeys(record["kind"] for record in records):
        right = [counts[kind, healthy, True] for healthy in (False, True)]
        whole = [right[healthy] + counts[kind, bool(healthy), False] for healthy in (0, 1)]
        rows.append([kind, f"{right[0]} of {whole[0]}", f"{right[1]} of {whole[1]}"])
    wrong = [
        f"- `{record['name']}`: {', '.join(record['words']) or 'nothing said'}"
        for record in records
        if not record["right"]
    ]
    parts = [table(["kind", "told", "healthy twins left alone"], rows)]
    return "\n\n".join([*parts, *(["Judged wrongly:", "\n".join(wrong)] if wrong else [])])
