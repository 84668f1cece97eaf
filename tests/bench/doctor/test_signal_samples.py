"""Looks that the system takes while the main thread keeps the GIL."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.calm import tried_again
from waitbench.doctor.loop_thread import Mark
from waitbench.doctor.signal_samples import SignalSampler

CHECKOUT = Path(__file__).parents[3]
MS = 1_000_000
pytestmark = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="this system has no profiling timer"
)


def spent() -> int:
    """Keep the GIL in one operation, for at least 100 ms on any machine of today."""
    return len(str(bool(7**500_000 * 3**500_000)))


@tried_again
def test_nothing_is_armed_before_or_after() -> None:
    sampler = SignalSampler()
    sampler.put_off(forget=True)
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    with sampler.on():
        sampler.put_off(forget=True)
        assert signal.getitimer(signal.ITIMER_PROF)[0] > 0
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


@tried_again
def test_a_stack_without_a_loop_is_nobodys() -> None:
    sampler = SignalSampler()
    with sampler.on():
        sampler.put_off(forget=True)
        assert spent()
        assert sampler.taken(Mark(0, 0, 0), Mark(200 * MS, 0, 0), 100 * MS, ()) == []


@tried_again
def test_a_program_that_takes_the_signal_itself_keeps_it() -> None:
    sampler, came = SignalSampler(), []
    with sampler.on():
        before = signal.signal(signal.SIGPROF, lambda *_: came.append(1))
        try:
            sampler.put_off(forget=True)
            assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
            os.kill(os.getpid(), signal.SIGPROF)
            assert came == [1]
        finally:
            signal.signal(signal.SIGPROF, before)


LOST = """
import asyncio, os, sys
async def main():
    await asyncio.sleep(0.05)
    code = "x = 7**500_000 * 3**500_000; y = x * x; print('lived on')"
    os.execv(sys.executable, [sys.executable, "-c", code])
asyncio.run(main())
"""


@pytest.mark.processes
@tried_again
def test_a_program_that_becomes_another_is_not_killed_by_the_timer(tmp_path: Path) -> None:
    (tmp_path / "lost.py").write_text(LOST)
    done = subprocess.run(
        [sys.executable, "-m", "waitbench", "doctor", str(tmp_path / "lost.py")],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.endswith("\nlived on\n")
