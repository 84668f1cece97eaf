"""Waiting and computing told apart on calls whose make-up is known; and calls that misbehave."""

import sys
from pathlib import Path

import psutil
import pytest

from waitbench.profiling.call import CallProfile, _others, profile_call
from waitbench.scenario import BenchError

pytestmark = pytest.mark.processes

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the run-queue delay")

CALLS = """
import hashlib, os, subprocess, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
BLOCK = bytes(1_000_000)
def compute():
    x = 1
    for _ in range(40_000): x = x * 5 % 4294967291
    return x
def digest():
    for _ in range(8): out = hashlib.sha256(BLOCK).digest()
    return out
def wait(): time.sleep(0.01)
def child():
    count = "for _ in range(500_000): pass"
    subprocess.run([sys.executable, "-S", "-c", count], check=True)
def raises(): raise ValueError("no luck")
def raises_lines(): raise ValueError("no luck\\nat all")
def rarely(seen=[]):
    seen.append(1)
    if len(seen) == 5: raise OSError("flaky")
def reads(): return input()
def leaves(): sys.exit(3)
def dies(): os._exit(3)
def hangs(): time.sleep(600)
def prints(): print("x" * 1_000_000); sys.stderr.write("y" * 1_000_000)
def needs(url): return url
def blinks(): return sum(range(10_000))
def changes(seen=[]): seen.append(1); return len(seen)
def unpicklable(): return lambda: 1
def leaves_child(): subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
def leaves_thread(): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
POOL = ThreadPoolExecutor(4)
def pooled(): return POOL.submit(int, "7").result()
def forks():
    if os.fork() == 0: return 1
    os.wait()
async def awaits(): pass
number = 7
"""


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("calls") / "somebodys.py"
    file.write_text(CALLS)
    return file


def look(
    calls: Path, name: str, most: int = 100, within_s: float = 5, **params: str
) -> CallProfile:
    return profile_call({"function": f"{calls}:{name}", **params}, most=most, within_s=within_s)


@linux
def test_computing_in_python_holds_the_lock(calls: Path) -> None:
    seen = look(calls, "compute").demand
    assert seen.waiting < 0.15
    assert seen.locked > 0.7


@linux
def test_hashing_computes_without_the_lock(calls: Path) -> None:
    seen = look(calls, "digest").demand
    assert seen.waiting < 0.15
    assert seen.locked < 0.4


@linux
def test_sleeping_waits(calls: Path) -> None:
    assert look(calls, "wait").demand.waiting > 0.9


@linux
def test_a_child_s_computing_is_not_waiting(calls: Path) -> None:
    seen = look(calls, "child", most=12).demand
    assert seen.waiting < 0.4
    assert seen.helped_ns > seen.held_ns + seen.free_ns


def test_one_call_is_all_there_is_where_no_more_is_allowed(calls: Path) -> None:
    assert look(calls, "changes", most=1).calls == 1


def test_one_short_call_tells_neither_of_the_lock_nor_of_others(calls: Path) -> None:
    seen = look(calls, "blinks", most=1)
    assert not seen.lock_told
    assert seen.demand.free_ns == 0
    assert _others(10**9, 0.1) is None
    assert _others(10**9, 0.5) == 2


def test_calls_are_bounded(calls: Path) -> None:
    assert look(calls, "wait", most=9).calls <= 9


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("raises", "ValueError: no luck"),
        ("raises_lines", "ValueError: no luck at all$"),
        ("reads", "EOFError: EOF when reading a line"),
        ("leaves", r"ends the interpreter: SystemExit\(3\)"),
        ("dies", "exited with status 3"),
        ("hangs", "did not answer within 1 s"),
        ("needs", "needs.*missing a required argument: 'url'; give --args"),
        ("awaits", "is a coroutine function"),
        ("absent", "has no 'absent'; there are"),
        ("leaves_child", "each call leaves a process running"),
        ("leaves_thread", "each call leaves a thread running"),
        ("number", "is no function but int"),
    ],
)
def test_what_misbehaves_is_told_in_one_line(calls: Path, name: str, sentence: str) -> None:
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(BenchError, match=sentence) as refusal:
        look(calls, name, within_s=1 if name == "hangs" else 5)
    assert "\n" not in str(refusal.value)
    assert set(psutil.Process().children(recursive=True)) <= before


def test_of_several_calls_it_is_told_how_many_failed(calls: Path) -> None:
    # One to begin with, one to settle the watch, then rounds: the fifth call is in the first.
    with pytest.raises(BenchError, match=r"OSError: flaky \(1 of \d+ calls\)"):
        look(calls, "rarely")


def test_megabytes_of_output_are_counted_and_thrown_away(
    calls: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    seen = look(calls, "prints", most=10)
    assert seen.answers.printed_bytes >= 2_000_000
    assert capfd.readouterr() == ("", "")


def test_a_pool_that_serves_all_calls_is_not_left_behind(calls: Path) -> None:
    assert look(calls, "pooled").calls > 3


def test_a_result_that_cannot_be_pickled_is_told(calls: Path) -> None:
    assert "pickle" in (look(calls, "unpicklable", most=3).answers.unpicklable or "")


def test_a_forked_child_that_comes_back_out_of_the_call_is_told(calls: Path) -> None:
    assert look(calls, "forks", most=3).answers.forked


def test_results_that_change_from_call_to_call_are_compared_with_nothing(calls: Path) -> None:
    assert look(calls, "changes", most=3).answers.prints == {"0": ""}
    assert look(calls, "compute", most=3).answers.prints["0"].startswith("int:")
