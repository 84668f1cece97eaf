"""A run's journal: what was measured is on the disk as soon as a launch of a scenario is over.

A line of JSON each: first what holds for the whole run, then the records of every scenario-launch
as it ended. A run that is saved takes its journal away; one that is killed leaves it, and it is
read like a results file. The system's lock on it says whether its run still lives.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from waitbench.results.record import ContestantRecord
from waitbench.results.record_json import from_json, to_json
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FORMAT = 1
KEY, SUFFIX = "waitbench_journal", ".journal"
ENDED_EARLY = {
    "code": "journal",
    "text": "the run ended before it was saved; this is what its journal holds",
    "advice": "",
}


class Journal:
    """A journal that is being written, locked for as long as its run lives.

    Args:
        path: a new file; its folder exists.
        run: what holds for the whole run, as a results file has it.
        day: when it began, as ISO 8601 text.

    Attributes:
        holds_records: whether a launch of a scenario stands in it.

    Raises:
        OSError: the disk refuses it.
    """

    def __init__(self, path: Path, run: Mapping[str, Any], day: str) -> None:
        self.path = path
        self._file = path.open("xb", buffering=0)
        self._refused: OSError | None = None
        self.holds_records = False
        with suppress(OSError):  # a file system without locks
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            self._write({KEY: FORMAT, "datetime": day, "run": run})
        except OSError:
            self.close()
            self.discard()  # half a line says nothing
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def append(self, launch: int, records: Iterable[ContestantRecord]) -> OSError | None:
        """Add what one scenario measured in one launch, on the disk before this returns.

        Args:
            launch: its number.
            records: of its contestants; of their launches and rounds, those of this one are taken.

        Returns:
            why the disk refused it, the first time that it does; then nothing more is written.
        """
        if self._refused:
            return None
        try:
            self._write({"records": [to_json(part(record, launch)) for record in records]})
        except OSError as refused:
            self._refused = refused
            return refused
        self.holds_records = True
        return None

    def discard(self) -> None:
        """Take it away: the run is saved as a whole."""
        self.path.unlink(missing_ok=True)

    def _write(self, line: Mapping[str, Any]) -> None:
        ahead = f"{json.dumps(line, separators=(',', ':'))}\n".encode()
        while ahead:
            ahead = ahead[self._file.write(ahead) :]
        os.fsync(self._file.fileno())


def part(record: ContestantRecord, launch: int) -> ContestantRecord:
    """Return a contestant's record with what it did in one launch alone."""
    return replace(
        record,
        launches=[each for each in record.launches if each.launch == launch],
        rounds=[each for each in record.rounds if each.launch == launch],
        loads=[each for each in record.loads if each.launch == launch],
    )


def is_journal(text: str) -> bool:
    """Return whether the text of a file is a journal's."""
    return text.startswith(f'{{"{KEY}":')


def document(path: Path, text: str) -> dict[str, Any]:
    """Return what a journal holds in the shape of a results file.

    A last line that was not written to its end is left out.

    Raises:
        BenchError: no launch of a scenario was over, or it is damaged or a newer waitbench's.
    """
    lines = [line for line in text.split("\n")[:-1] if line]
    try:
        head, *launches = map(json.loads, lines)
        if head[KEY] > FORMAT:
            raise BenchError(
                f"{path} was written by a newer waitbench (journal format {head[KEY]}; this one "
                f"reads up to {FORMAT}); update the checkout"
            )
        records: dict[tuple[str, str, str], ContestantRecord] = {}
        for part_ in (from_json(form) for line in launches for form in line["records"]):
            key = part_.scenario.suite, part_.scenario.name, part_.name
            whole = ContestantRecord(scenario=part_.scenario, contestant=part_.contestant)
            records.setdefault(key, whole).extend(part_)
        if not records:
            raise BenchError(f"{path} holds nothing: its run ended in its first launch")
        run = head["run"]
        warnings = [*(run.get("warnings") or ()), ENDED_EARLY]
        return {
            "datetime": head["datetime"],
            "benchmarks": [
                {"extra_info": {"waitbench": to_json(record)}} for record in records.values()
            ],
            "waitbench": {**run, "interrupted": True, "warnings": warnings},
        }
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise BenchError(f"{path} is a damaged journal ({type(fault).__name__}: {fault})") from None


def left(folder: Path) -> list[Path]:
    """Return the journals of a folder whose runs have ended without saving, the oldest first.

    Those of runs that ended before a launch was over hold nothing, and are taken away.
    """
    ended = sorted(path for path in folder.glob(f"*{SUFFIX}") if not lives(path))
    empty = [path for path in ended if path.read_bytes().count(b"\n") <= 1]
    for path in empty:
        path.unlink(missing_ok=True)
    return [path for path in ended if path not in empty]


def living(folder: Path) -> list[Path]:
    """Return the journals of runs that are under way."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if lives(path))


def lives(path: Path) -> bool:
    """Return whether the run that writes a journal is still under way."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
