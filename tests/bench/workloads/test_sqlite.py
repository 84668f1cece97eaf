"""The SQLite workload: sums and rows that must be right, and writers that take turns."""

import asyncio
import sqlite3
import threading
from contextlib import closing

import pytest

from waitbench import registry
from waitbench.race.worker_session import complaints
from waitbench.scenario import BenchError, WrongResultError
from waitbench.workloads.sqlite import ROWS, Workload, text

pytestmark = pytest.mark.processes


def test_a_read_adds_up_the_rows_of_its_task() -> None:
    workload = Workload(rows="3")
    with workload.sync_client() as read:
        row = read(2)
    # Rows 74, 75 and 76 weigh n x 7919 mod 1009: 786, 633 and 480.
    assert row == (3, 786 + 633 + 480)
    workload.check(2, row)
    with pytest.raises(WrongResultError, match=r"read \(3, 1898\), right is \(3, 1899\)"):
        workload.check(2, (3, 1898))
    with pytest.raises(WrongResultError):
        workload.check(3, row)


def test_reads_of_high_numbers_stay_inside_the_table() -> None:
    workload = Workload(rows=str(ROWS - 1))
    with workload.sync_client() as read:
        for number in (0, 1, 10**6):
            workload.check(number, read(number))


def test_a_write_is_in_the_file_when_it_is_checked() -> None:
    workload = Workload(query="write")
    with workload.sync_client() as write:
        written = write(5)
    workload.check(5, written)
    with closing(sqlite3.connect(workload._path)) as other:
        assert other.execute("SELECT number, text FROM written").fetchall() == [(5, text(5))]
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        other.execute("UPDATE written SET text = 'cut'")
        other.commit()
    with pytest.raises(WrongResultError, match=r"task 5 wrote \(5, 'cut'\)"):
        workload.check(5, written)
    with pytest.raises(WrongResultError, match="wrote None"):
        workload.check(5, (77, 0))


@pytest.mark.parametrize("model_name", ["threads", "processes", "asyncio"])
def test_writers_at_once_wait_for_their_turn_and_none_is_refused(
    model_name: str,
) -> None:
    workload = Workload(query="write")
    with registry.load("models", model_name).Model(workload, 3) as model:
        spans = model.run(9)
    assert list(complaints(workload, spans, 9)) == []
    with closing(sqlite3.connect(workload._path)) as other:
        numbers = other.execute("SELECT number FROM written ORDER BY number").fetchall()
    assert numbers == [(number,) for number in range(9)]


@pytest.mark.parametrize(("connections", "opened"), [("each", 3), ("one", 1)])
def test_the_async_form_has_a_thread_for_every_connection(connections: str, opened: int) -> None:
    workload = Workload(connections=connections)

    async def more_threads() -> int:
        before = threading.active_count()
        async with workload.async_client(3) as read:
            results = await asyncio.gather(*map(read, range(9)))
            for number, result in enumerate(results):
                workload.check(number, result)
            return threading.active_count() - before

    assert asyncio.run(more_threads()) == opened


def test_mistakes_are_named() -> None:
    with pytest.raises(BenchError, match="query='delete' is none of read, write"):
        Workload(query="delete")
    with pytest.raises(BenchError, match="more than the 20,000"):
        Workload(rows="20_001")
