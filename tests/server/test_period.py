from __future__ import annotations

from typing import Any

import pytest

from waitbench_server import period
from waitbench_server.ledger import Book, Ledger
from waitbench_server.units import MS


def current(book: Book) -> dict[str, Any]:
    return period.current(book, "timerfd")


def test_two_workers_are_added_up() -> None:
    book = Book(2)
    first, second = Ledger(book, 0), Ledger(book, 1)
    for ledger, status, error_ns in ((first, 200, 100), (second, 200, 200), (second, 503, -50)):
        ledger.arrive()
        ledger.answered(status, 50 * MS, error_ns, 7)
        ledger.leave()
    stats = current(book)
    assert stats["workers"] == 2
    assert stats["requests"] == 3
    assert stats["responses"] == {"200": 2, "503": 1}
    assert stats["injection_error_ns"] == {
        "count": 3,
        "min": -50,
        "p50": 100,
        "p90": 200,
        "p99": 200,
        "max": 200,
        "mean": 83,
        "early": 1,
    }
    assert stats["asked_ns"] == {"p50": 50 * MS, "p99": 50 * MS, "mean": 50 * MS}
    assert stats["queue_ns"] == {"p50": 7, "p99": 7, "max": 7}
    assert stats["in_flight"] == {"now": 0, "max": 2}  # a sum of each worker's highest
    assert stats["histogram"]["injection_error"] == [[-50, -50, 1], [100, 100, 1], [200, 200, 1]]


def test_a_new_period_starts_from_what_is_there() -> None:
    book = Book(1)
    ledger = Ledger(book, 0)
    ledger.connected()
    ledger.connected()
    ledger.disconnected()
    ledger.turned_away()
    ledger.refused()
    ledger.refused()
    for _ in range(3):
        ledger.arrive()
    ledger.leave()
    ledger.leave()
    ended = period.end(book, "timerfd", "next")
    assert ended["connections"] == {
        "now": 1,
        "max": 2,
        "opened": 2,
        "refused": 1,
        "slow": 0,
    }
    assert ended["foreign"] == 2
    assert ended["in_flight"] == {"now": 1, "max": 3}
    begun = current(book)
    assert begun["label"] == "next"
    assert begun["connections"] == {"now": 1, "max": 1, "opened": 0, "refused": 0, "slow": 0}
    assert begun["foreign"] == 0
    assert begun["in_flight"] == {"now": 1, "max": 1}
    ledger.arrive()
    assert current(book)["in_flight"] == {"now": 2, "max": 2}
    assert current(book)["requests"] == 1


def test_gc_pauses_and_lag_belong_to_their_period() -> None:
    book = Book(1)
    ledger = Ledger(book, 0)
    for pause_ns in (100, 300, 200):
        ledger.collected(pause_ns)
    ledger.lagged(120)
    assert current(book)["gc"] == {"collections": 3, "pause_ns": 600, "pause_max_ns": 300}
    assert current(book)["loop_lag_ns"] == {"p50": 120, "p99": 120, "max": 120}
    period.end(book, "timerfd", "")
    assert current(book)["gc"] == {"collections": 0, "pause_ns": 0, "pause_max_ns": 0}
    ledger.collected(50)
    assert current(book)["gc"]["pause_max_ns"] == 50


def test_an_empty_period_has_zeros() -> None:
    stats = current(Book(1))
    assert stats["requests"] == 0
    assert stats["responses"] == {}
    assert set(stats["injection_error_ns"].values()) == {0}
    assert set(stats["asked_ns"].values()) == {0}


@pytest.mark.parametrize("label", ["x" * 400, "é" * 300])
def test_a_long_label_is_cut_and_harms_nothing(label: str) -> None:
    book = Book(1)
    book.begin(label)
    assert label.startswith(book.label.rstrip("\N{REPLACEMENT CHARACTER}"))
