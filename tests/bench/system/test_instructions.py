"""Counted instructions: exact where texts are hashed alike, and blind to the order of memory."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from waitbench.scenario import BenchError
from waitbench.system import callgrind, hardware_counter, instructions
from waitbench.system.checkout import import_path

PAGE_FAULTS = 1, 2
"""Type and number of a count that each kernel gives, be there a counter in the processor or not."""
COUNTED = """
import sys, time
from waitbench.system.instructions import counter
counted = counter()
def keyed():
    found = {}
    for number in range(300):
        found[f"key {number % 60}"] = number
def walked(places, cells=bytearray(60_000_000)):
    for place in places:
        cells[place]
near = list(range(20_000))
far = [number * 1_000_003 % 60_000_000 for number in near]
for work in (keyed, lambda: walked(near), lambda: walked(far)):
    for _ in range(3):
        counted.start()
        work()
        count = counted.stop()
    print(count)
"""
needs_valgrind = pytest.mark.skipif(bool(callgrind.lacking()), reason=callgrind.lacking())


def counts(folder: Path, *, seed: int) -> list[int]:
    folder.mkdir()
    under = instructions.before_command("callgrind", folder)
    variables = instructions.environ("callgrind", folder, seed=seed)
    done = subprocess.run(
        [*under, sys.executable, "-c", COUNTED],
        env={**os.environ, **variables, "PYTHONPATH": import_path()},
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(line) for line in done.stdout.split()]


@needs_valgrind
@pytest.mark.processes
def test_counts_repeat_exactly_under_one_seed_and_do_not_see_the_order_of_memory(
    tmp_path: Path,
) -> None:
    (keyed, near, far), again = (counts(tmp_path / name, seed=1) for name in ("a", "b"))
    assert again == [keyed, near, far]
    assert far == pytest.approx(near, rel=1e-4)  # of which the clock sees many times the time


def test_a_process_that_valgrind_does_not_run_is_told_so(tmp_path: Path) -> None:
    if sys.platform != "linux" or callgrind.lacking():
        pytest.skip("no machine code of ours for this machine")
    with pytest.raises(BenchError, match="valgrind does not see into"):
        callgrind.Callgrind(tmp_path / "counts")


def test_the_kernel_counts_by_the_same_call_what_it_gives_everywhere() -> None:
    try:
        counter = hardware_counter.HardwareCounter(*PAGE_FAULTS)
    except OSError as refused:
        pytest.skip(f"the kernel gives no counts at all: {refused}")
    with counter:
        counter.start()
        kept = bytearray(64 * 4096)
        for page in range(0, len(kept), 4096):
            kept[page] = 1
        assert counter.stop() >= 0


def test_without_counter_and_valgrind_a_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hardware_counter, "counts_here", lambda: False)
    monkeypatch.setattr(callgrind, "lacking", lambda: f"valgrind is missing ({callgrind.INSTALL})")
    with pytest.raises(BenchError, match=r"no count, and valgrind is missing \(Debian.*install"):
        instructions.kind_here()
    monkeypatch.setattr(callgrind, "lacking", lambda: "")
    assert instructions.kind_here() == "callgrind"
    monkeypatch.setattr(hardware_counter, "counts_here", lambda: True)
    assert instructions.kind_here() == "hardware"


class Slipping:
    """A counter that counts time, and so is wrong by what else runs, or nothing at all."""

    def __init__(self, *counts: int) -> None:
        self._counts = iter(counts)

    def start(self) -> None:
        time.sleep(0)

    def stop(self) -> int:
        return next(self._counts)


def test_a_counter_is_believed_if_twice_the_steps_have_twice_the_instructions() -> None:
    instructions._try_out(Slipping(7, 5, 1007, 1005, 2010, 2005))
    with pytest.raises(BenchError, match="counted wrongly here: 1000 for a loop, 1500 for one"):
        instructions._try_out(Slipping(5, 5, 1005, 1005, 1505, 1505))
    with pytest.raises(BenchError, match="counted wrongly"):
        instructions._try_out(Slipping(0, 0, 0, 0, 0, 0))
