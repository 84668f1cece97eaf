"""The memory watch is tried on real processes that hold a known amount."""

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from waitbench.system import memory

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.processes

MB = 1 << 20
HOLDS = """
import sys
held = b"x" * (40 << 20)
print("held", flush=True)
sys.stdin.readline()
del held
print("let go", flush=True)
sys.stdin.readline()
"""
WITH_CHILD = f"""
import subprocess, sys
inner = subprocess.Popen([sys.executable, "-S", "-c", '''{HOLDS}'''],
    stdin=sys.stdin, stdout=sys.stdout)
inner.wait()
"""


def tell(process: subprocess.Popen[str], answer: str) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == answer


def holding(code: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize("code", [HOLDS, WITH_CHILD], ids=["itself", "its child"])
def test_the_peak_outlasts_what_was_let_go(code: str) -> None:
    with holding(code) as process:
        with memory.PeakMemory(process.pid) as peak:
            tell(process, "let go\n")
            time.sleep(0.05)
        tell(process, "")
    assert peak.bytes is not None
    assert 40 * MB <= peak.bytes < 120 * MB
    assert peak.samples >= 2
    if sys.platform == "linux":
        assert peak.kind == "pss"


def test_a_process_already_gone_has_no_peak() -> None:
    with holding(HOLDS) as process:
        process.kill()
    with memory.PeakMemory(process.pid) as peak:
        pass
    assert (peak.bytes, peak.kind, peak.samples) == (None, None, 0)


def refuse(_pid: int) -> int:
    raise PermissionError


@pytest.mark.parametrize(
    ("refused", "kind"), [((), "pss"), (("pss",), "uss"), (("pss", "uss"), "rss")]
)
def test_the_best_figure_the_system_allows_is_taken_and_named(
    refused: tuple[memory.MemoryKind, ...], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere the system decides")
    for name in refused:
        monkeypatch.setitem(memory._MEMORY, name, refuse)
    with holding(HOLDS) as process:
        with memory.PeakMemory(process.pid) as peak:
            pass
        process.kill()
    assert peak.kind == kind
    assert peak.bytes is not None
    assert peak.bytes >= 40 * MB


def test_sums_of_two_kinds_are_never_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    readings: list[Callable[[], int]] = [lambda: 900, lambda: refuse(0)]
    monkeypatch.setitem(memory._MEMORY, "pss", lambda _pid: readings.pop(0)())
    monkeypatch.setitem(memory._MEMORY, "uss", lambda _pid: 700)
    peak = memory.PeakMemory(os.getpid())
    monkeypatch.setattr(memory, "descendants", lambda _pid: [])
    peak._sample()
    assert (peak.bytes, peak.kind) == (900, "pss")
    peak._sample()
    assert (peak.bytes, peak.kind) == (700, "uss")


def test_a_dear_reading_is_taken_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    def dear(_pid: int) -> int:
        until = time.thread_time_ns() + 20_000_000
        while time.thread_time_ns() < until:
            pass
        return 1

    monkeypatch.setitem(memory._MEMORY, "pss", dear)
    monkeypatch.setattr(memory, "descendants", lambda _pid: [])
    before = time.process_time()
    with memory.PeakMemory(os.getpid(), period_s=0.001) as peak:
        time.sleep(0.8)
    # 20 ms and a rest of 60 ms: ten readings in 0.8 s, and the two at the ends.
    assert peak.samples <= 13
    assert time.process_time() - before < 0.4
