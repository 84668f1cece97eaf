"""How loops keep time: the table in words, and each loop that is here, measured once."""

from __future__ import annotations

import subprocess

import pytest

from waitbench.calibration import timers
from waitbench.calibration._loop_timers import ALIKE, DELAYS_MS
from waitbench.calibration.timers import NEEDS, Timers, lines, main, measure
from waitbench.registry import optional
from waitbench.scenario import BenchError


def seen(order: list[int], *, sleep: bool = False, socket: bool = False) -> Timers:
    late_ns = {1.0: [100_000, 200_000, 300_000], 1.4: [-300_000, -100_000, 0], 10.0: [0, 0, 1]}
    ran_out = {"sleep": sleep, "socket": socket}
    return Timers(loop="uvloop", late_ns=late_ns, order=order, ran_out=ran_out)


def test_the_table_says_how_late_how_early_in_which_order_and_which_limits() -> None:
    _, head, row = lines([seen([0, 1, 2], sleep=True)])
    assert "1.4 ms: p50" in head
    assert row.split() == [
        "uvloop", "0.200", "0.300", "0%", "-0.100", "0.000", "67%", "0.000", "0.000", "0%",
        "in", "turn", "sleep",
    ]  # fmt: skip


def test_orders_and_limits_have_words() -> None:
    assert [seen(order).ordered for order in ([0, 1, 2], [2, 1, 0], [0, 2, 1])] == [
        "in turn",
        "reversed",
        "mixed",
    ]
    assert seen([0]).limits == "none"
    assert seen([0], sleep=True, socket=True).limits == "sleep and socket"


@pytest.mark.processes
@pytest.mark.parametrize("loop", NEEDS)
def test_each_loop_runs_every_timer_and_answers(loop: str) -> None:
    if lack := optional.missing(*NEEDS[loop]):
        pytest.skip(lack)
    row = measure(loop, 3)
    assert row.loop == loop
    assert {ms: len(errors) for ms, errors in row.late_ns.items()} == dict.fromkeys(DELAYS_MS, 3)
    assert sorted(row.order) == list(range(ALIKE))
    if loop == "uvloop":
        assert row.ordered == "in turn"
    # What stands still for longer than a limit: asyncio forgets that the answer was there.
    assert row.ran_out["socket"] is (loop in {"asyncio", "uvloop", "zuvloop", "rloop"})


def test_a_loop_that_is_missing_or_fails_is_one_line_and_the_others_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def here(loop: str, _: int) -> Timers:
        if loop == "rloop":
            raise BenchError("rloop failed: ImportError: it is broken")
        return seen([0, 1])

    lacking = {"zuvloop"}
    monkeypatch.setattr(timers, "measure", here)
    monkeypatch.setattr(optional, "installed", lambda library: library not in lacking)
    assert main([]) == 0
    written = capsys.readouterr().out.splitlines()
    assert len([line for line in written if line.startswith("uvloop ")]) == len(NEEDS) - 2
    assert written[-2:] == [
        (
            "zuvloop needs zuvloop: pip install zuvloop (in the extra contestants; it needs "
            "Python 3.14 or newer)"
        ),
        "rloop failed: ImportError: it is broken",
    ]
    assert main(["--loop", "rloop"]) == 1


def test_what_a_loops_process_said_last_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess((), 1, "", "Traceback …\nImportError: no rloop.so\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    with pytest.raises(BenchError, match=r"^rloop failed: ImportError: no rloop\.so$"):
        measure("rloop", 3)
