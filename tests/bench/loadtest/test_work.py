import threading
from pathlib import Path

import pytest

from waitbench.loadtest import database, work
from waitbench.loadtest.amounts import Amounts
from waitbench.loadtest.step import Task
from waitbench.scenario import BenchError


def task(of: str, time_ns: int = 1_000_000) -> Task:
    return Task(work=of, time_ns=time_ns, load="1x", for_ns=1)


def test_a_query_reads_the_rows_and_adds_them_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.make(tmp_path / "here.sqlite")
    monkeypatch.setenv(database.FILE, str(tmp_path / "here.sqlite"))
    replies: list[bytes] = []

    def ask() -> None:
        replies.append(work.answer("/query/3"))
        database._here.connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()
    # 0, 7919 % 1009 = 856 and 15838 % 1009 = 703.
    assert replies == [b"queried 3, in all 1559\n"]
    assert work.expected("query", 3) == replies[0]


def test_a_query_without_a_database_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(database.FILE, raising=False)
    with pytest.raises(ValueError, match="names no database"):
        work.answer("/query/3")


def test_amounts_are_gauged_once_and_their_database_is_gone_afterwards() -> None:
    with Amounts([task("wait"), task("query")]) as amounts:
        path = Path(amounts.database_file)
        assert path.is_file()
        assert amounts.of(task("wait")) == 1_000_000
        rows = amounts.of(task("query"))
        assert 0 < rows <= database.ROWS
        assert amounts.of(task("query")) == rows
    assert not path.parent.exists()


def test_without_queries_there_is_no_database() -> None:
    with Amounts([task("wait"), task("compute")]) as amounts:
        assert amounts.database_file == ""
        assert amounts.of(task("compute")) > 0


def test_no_room_for_the_database_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> None:
        raise OSError(f"no room for {path.name}")

    monkeypatch.setattr(database, "make", full)
    with (
        pytest.raises(BenchError, match=r"no room for .*; free some room in "),
        Amounts([task("query")]),
    ):
        pass
