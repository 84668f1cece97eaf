"""A copy of the checkout's `bench` with workloads that misbehave."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from waitbench.system.interrupt import Interrupt

CHECKOUT = Path(__file__).parents[3]

ODD_WORKLOAD = '''
"""A workload whose tasks do `deed`."""
import contextlib, multiprocessing, os, sys, time

# So that a test knows the semaphores of this worker's pool among others.
multiprocessing.current_process()._config["semprefix"] = f"/mp-of-{os.getpid()}"

def die(number): os._exit(7)
def hang(number): time.sleep(600)
def fail(number):
    if number % 2: raise ValueError(f"task {number} is unlucky")
def shout(number): print("noise"); sys.stdout.flush(); os.write(1, b"more noise\\n"); return None
def lie(number): return "wrong"
def tell(number): return os.environ.get("WAITBENCH_TEST")
def count(number): return None
def refuse_main(number):
    if hasattr(sys.modules["__main__"], "WorkerSession"): raise ValueError("main ran anew")

class Workload:
    needs_target = computes = has_async = False
    sync_needs = async_needs = ()
    waits_ns = 0
    def __init__(self, deed): self.deed = deed
    @contextlib.contextmanager
    def sync_client(self): yield globals()[self.deed]
    def metrics(self, results):
        return {"results": len(results), "pause_ns": 2.5} if self.deed == "count" else {}
    def check(self, number, result):
        from waitbench.scenario import WrongResultError
        if result is not None: raise WrongResultError(f"task {number} returned {result}")
'''

NEEDY_WORKLOAD = '''
"""A workload that wants a library nobody has."""
from waitbench.workloads.compute import Workload as Compute
class Workload(Compute):
    sync_needs = ("no_such_library",)
'''


@pytest.fixture(scope="session")
def odd_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source tree of its own: contestants can be started from any."""
    tree = tmp_path_factory.mktemp("tree")
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CHECKOUT / "bench", tree / "bench", ignore=leave)
    (tree / "bench/waitbench/workloads/odd.py").write_text(ODD_WORKLOAD)
    (tree / "bench/waitbench/workloads/needy.py").write_text(NEEDY_WORKLOAD)
    return tree


@pytest.fixture
def calm() -> Iterator[Interrupt]:
    """An interrupt that never comes."""
    with Interrupt.never() as never:
        yield never
