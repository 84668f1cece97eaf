"""How two that compute hinder each other: turns worked out by hand, and what is kept of them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from waitbench.advisor import core_contention as core_contention_module
from waitbench.advisor.core_contention import (
    EACH,
    KEPT,
    TRIED,
    TURNS,
    WIDTHS,
    CoreContention,
    core_contention,
)
from waitbench.perfmodel.demand import Demand
from waitbench.profiling import call
from waitbench.results.record import RoundRecord
from waitbench.workloads._everyday import errand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.system.interrupt import Interrupt

MS = 1_000_000
SEEN = CoreContention(cores=1.2, lock=1.1, day="2026-11-26")


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    core_contention.cache_clear()
    return tmp_path / "waitbench" / "core_contention.json"


class Machine:
    """Gives out workers whose rounds take as long as it says, alone 1 ms a call."""

    def __init__(self, took_ms: dict[str, float], *, calm: bool = True) -> None:
        self._took_ms, self._calm, self.rounds = took_ms, calm, 0

    @contextmanager
    def fresh(self, model: str, _: Interrupt, _interpreter: object = None) -> Iterator[str]:
        yield model

    def open_alone(self, model: str, gauge: dict[str, str], width: int) -> None:
        assert width == WIDTHS.get(model, 1)
        assert gauge["function"].endswith(":errand")

    def called(
        self, model: str, calls: int, within_s: float, core: int | None = None
    ) -> RoundRecord:
        assert calls == EACH * WIDTHS.get(model, 1)
        assert within_s > 0
        assert core is None or model == "sync"
        self.rounds += 1
        wall_ns = round(EACH * self._took_ms.get(model, 1.0) * MS)
        return RoundRecord(
            launch=0,
            block=0,
            wall_ns=wall_ns,
            cpu_ns=0,
            errors=0,
            spans="",
            disturbed=not self._calm,
        )


def on(monkeypatch: pytest.MonkeyPatch, machine: Machine, day: int = 1) -> Machine:
    core_contention.cache_clear()
    monkeypatch.setattr(core_contention_module, "_today", lambda: f"2026-12-{day:02d}")
    for name in ("fresh", "open_alone", "called"):
        monkeypatch.setattr(call, name, getattr(machine, name))
    return machine


def test_cores_are_counted_against_alone_and_the_lock_against_turns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Two processes take 1.2 times as long as one; four threads 4.4 times, in four turns.
    machine = on(monkeypatch, Machine({"processes": 1.2, "threads": 4.4}))
    reading = core_contention()
    assert [reading.cores, reading.lock] == pytest.approx([1.2, 1.1])
    assert reading.day
    assert machine.rounds == len(WIDTHS) + 1 + 2 * len(WIDTHS) * TURNS


def test_nothing_is_taken_for_faster_than_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, Machine({"processes": 0.9, "threads": 3.8}))
    assert (core_contention().cores, core_contention().lock) == (1, 1)


def test_a_machine_that_is_never_calm_is_given_up_early_and_tells_nothing(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    machine = on(monkeypatch, Machine({"processes": 3, "threads": 9}, calm=False))
    assert core_contention() == CoreContention()
    assert machine.rounds == len(WIDTHS) + 1 + 2 * len(WIDTHS) * TRIED
    assert not cache.exists()


def test_what_was_seen_in_calm_moments_is_known_in_others(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    for day, cores in enumerate((1.1, 1.5, 1.2), 1):
        on(monkeypatch, Machine({"processes": cores, "threads": 4.4}), day)
        core_contention()
    on(monkeypatch, Machine({"processes": 3, "threads": 9}, calm=False), 4)
    reading = core_contention()
    assert [reading.cores, reading.lock] == pytest.approx([1.2, 1.1])
    (name,) = json.loads(cache.read_text())
    assert " cores of " in name


def test_a_machine_that_was_seen_calm_today_is_not_measured_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on(monkeypatch, Machine({"processes": 1.2, "threads": 4.4}))
    first = core_contention()
    again = on(monkeypatch, Machine({"processes": 3, "threads": 9}))
    assert core_contention() == first
    assert again.rounds == 0
    tomorrow = on(monkeypatch, Machine({"processes": 1.4, "threads": 4.4}), 2)
    assert core_contention().cores == pytest.approx(1.3)
    assert tomorrow.rounds > 0


def test_the_last_few_times_are_kept(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    for day in range(1, KEPT + 3):
        on(monkeypatch, Machine({"processes": 1.2, "threads": 4.4}), day)
        core_contention()
    assert [len(kept) for kept in json.loads(cache.read_text()).values()] == [KEPT]


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": 1}', '{"a": [{"cores": 1, "moon": 2}]}'])
def test_a_damaged_file_keeps_nothing_and_is_written_anew(
    monkeypatch: pytest.MonkeyPatch, cache: Path, text: str
) -> None:
    cache.parent.mkdir()
    cache.write_text(text)
    on(monkeypatch, Machine({"processes": 1.2, "threads": 4.4}))
    assert core_contention().cores == pytest.approx(1.2)
    assert len(json.loads(cache.read_text())) == 1


def test_a_cache_that_cannot_be_written_is_done_without(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    cache.parent.write_text("in the way")
    on(monkeypatch, Machine({"processes": 1.2, "threads": 4.4}))
    assert core_contention().cores == pytest.approx(1.2)


def test_who_has_no_home_does_without_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    on(monkeypatch, Machine({"processes": 1.2, "threads": 4.4}))
    assert core_contention().cores == pytest.approx(1.2)


def test_code_that_computes_without_the_lock_does_not_contend() -> None:
    def demand(held: float, free: float) -> Demand:
        return Demand(waits_ns=0, held_ns=held * MS, free_ns=free * MS)

    assert SEEN.of(demand(10, 0)) == pytest.approx(1.2)
    assert SEEN.of(demand(5, 5)) == pytest.approx(1.1)
    assert SEEN.of(demand(0, 10)) == 1
    assert SEEN.of(demand(0, 0)) == pytest.approx(1.2)


def test_the_gauge_gives_the_same_every_time() -> None:
    assert errand() == errand() > 0


@pytest.mark.processes
def test_a_real_machine_is_measured_or_too_busy(cache: Path) -> None:
    reading = core_contention()
    assert reading.cores >= 1
    assert reading.lock >= 1
    assert cache.exists() is (reading.day is not None)
