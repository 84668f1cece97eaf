"""Loops that others run: watched where they are, or told of with a status that is no success."""

from pathlib import Path

import pytest

from tests.bench.doctor.test_command import doctor
from tests.calm import tried_again

pytestmark = pytest.mark.processes

WORK = """
import asyncio, multiprocessing, subprocess, sys, threading, time
async def main():
    await asyncio.sleep(0.02)
    time.sleep(0.2)
    await asyncio.sleep(0.02)
"""
OWN_RUN_FOREVER = """
class Loop(asyncio.SelectorEventLoop):
    def run_forever(self):
        self._thread_id = threading.get_ident()
        asyncio._set_running_loop(self)
        while not self._stopping:
            self._run_once()
        self._stopping, self._thread_id = False, None
        asyncio._set_running_loop(None)
loop = Loop()
loop.run_until_complete(main())
loop.close()
"""
OTHER_KIND = """
class Loop(asyncio.AbstractEventLoop):
    def __init__(self): self.inner = asyncio.SelectorEventLoop()
    def __getattribute__(self, name):
        if name in {"inner", "call_soon", "run_until_complete", "__class__"}:
            return object.__getattribute__(self, name)
        return getattr(self.inner, name)
    def call_soon(self, callback, *arguments, context=None):
        return self.inner.call_soon(callback, *arguments, context=context)
    def run_until_complete(self, coroutine):
        return self.inner.run_until_complete(asyncio.Task(coroutine, loop=self.inner))
loop = Loop()
loop.run_until_complete(main())
loop.close()
"""
DAEMON = """
async def on():
    await main()
    await asyncio.sleep(60)
threading.Thread(target=asyncio.run, args=(on(),), daemon=True).start()
time.sleep(0.6)
"""
NESTED = """
class Loop(asyncio.SelectorEventLoop):
    def run_within(self, coroutine):
        task = self.create_task(coroutine)
        current = asyncio.current_task(self)
        asyncio.tasks._leave_task(self, current)
        while not task.done():
            self._run_once()
        asyncio.tasks._enter_task(self, current)
        return task.result()
async def outer():
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0.02)
    loop.run_within(asyncio.sleep(0.2))
    WORKS
    loop.run_within(asyncio.sleep(0.2))
loop = Loop()
loop.run_until_complete(outer())
loop.close()
"""


@pytest.mark.parametrize("way", [OWN_RUN_FOREVER, OTHER_KIND, DAEMON])
@tried_again
def test_a_hold_is_found_whoever_runs_the_loop(tmp_path: Path, way: str) -> None:
    (tmp_path / "program.py").write_text(WORK + way)
    done = doctor(tmp_path, "program.py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1. main waited, and held the loop for 2" in done.stdout
    assert "program.py:5, in main" in done.stdout


@tried_again
def test_a_run_within_a_step_holds_nobody(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(WORK + NESTED.replace("WORKS", "pass"))
    done = doctor(tmp_path, "--threshold", "90", "program.py")
    assert done.returncode == 0, done.stdout


@tried_again
def test_what_a_step_does_between_two_such_runs_holds_all(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(WORK + NESTED.replace("WORKS", "time.sleep(0.3)"))
    done = doctor(tmp_path, "--threshold", "90", "program.py")
    assert done.returncode == 1, done.stdout
    assert "held the loop for 3" in done.stdout


CHILDREN = {
    "subprocess": "subprocess.run([sys.executable, __file__, 'child'])",
    "spawn": "join(multiprocessing.get_context('spawn').Process(target=run))",
    "fork": "join(multiprocessing.get_context('fork').Process(target=run))",
    "forkserver": "join(multiprocessing.get_context('forkserver').Process(target=run))",
    "pool": "ProcessPoolExecutor(1).submit(run).result()",
    "os.fork": "os.wait() if os.fork() else run()",
    "terminated": "worker = multiprocessing.Process(target=run, args=(60,), daemon=True)\n"
    "        worker.start(); time.sleep(1.5)",
}
PARENT = """
import os
from concurrent.futures import ProcessPoolExecutor
async def child(longer):
    await main()
    await asyncio.sleep(longer)
def run(longer=0): asyncio.run(child(longer))
def join(child): child.start(); child.join()
if __name__ == "__main__":
    if sys.argv[1:] == ["child"]: run()
    else:
        START
"""


@pytest.mark.parametrize("way", CHILDREN)
@tried_again
def test_a_loop_in_a_child_is_watched(tmp_path: Path, way: str) -> None:
    (tmp_path / "program.py").write_text(WORK + PARENT.replace("START", CHILDREN[way]))
    done = doctor(tmp_path, "program.py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1. main waited, and held the loop for 2" in done.stdout
    assert "program.py:5, in main" in done.stdout
    assert "in the child process" in done.stdout


@tried_again
def test_a_loop_in_a_child_that_cannot_be_watched_is_not_healthy(tmp_path: Path) -> None:
    start = "subprocess.run([sys.executable, '-I', __file__, 'child'])"
    program = (WORK + PARENT).replace("START", start).replace("longer=0", "longer=1")
    (tmp_path / "program.py").write_text(program)
    done = doctor(tmp_path, "program.py")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "a loop ran in a child process, and nobody watched it" in " ".join(done.stdout.split())


def test_a_childs_own_start_up_and_output_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.started = 'by its own'")
    (tmp_path / "program.py").write_text("""
import asyncio, os, subprocess, sys
async def main():
    look = "import sys, os; print(sys.started, sys.path[:2], len(sys.meta_path))"
    env = {**os.environ, "PYTHONPATH": os.environ["PYTHONPATH"] + os.pathsep + os.getcwd()}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", look, env=env)
    await process.wait()
asyncio.run(main())
""")
    done = doctor(tmp_path, "program.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("by its own ['', ")
    assert "startup" not in done.stdout


@tried_again
def test_children_that_run_no_loop_are_no_concern(tmp_path: Path) -> None:
    program = """
import asyncio, multiprocessing, time
from concurrent.futures import ProcessPoolExecutor
async def main():
    await asyncio.get_running_loop().run_in_executor(pool, time.sleep, 0.4)
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    asyncio.run(main())
    pool.shutdown()
"""
    (tmp_path / "program.py").write_text(program)
    done = doctor(tmp_path, "--threshold", "500", "program.py")
    assert done.returncode == 0, done.stdout
