"""Programs of which the naive figure is not that of the work, each beside a healthy twin."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from waitbench.advisor.code_example import code_example
from waitbench.advisor.handing_over import why_memory
from waitbench.advisor.question import Question
from waitbench.cli import main
from waitbench.profiling.call import CallError, CallProfile, profile_call
from waitbench.scenario import BenchError
from waitbench.system import machine

pytestmark = pytest.mark.processes

REMEMBERING = """
import functools
def compute(n):
    x = n
    for _ in range(60_000): x = x * 5 % 4294967291
    return x
class Store:
    def __init__(self): self.known = {}
    def price(self, n):
        if n not in self.known: self.known[n] = compute(n)
        return self.known[n]
    @functools.cached_property
    def table(self): return compute(7)
    def first_only(self, n): return self.table + compute(n)
store = Store()
@functools.lru_cache(maxsize=None)
def cached(n): return compute(n)
def default(n, known={}):
    if n not in known: known[n] = compute(n)
    return known[n]
def late_import(n):
    import decimal
    return compute(n)
tiny = functools.lru_cache(maxsize=1)(compute)
"""
NOT_RUN = """
import concurrent.futures, csv, io, time
def lines(): return (n * n for n in range(100_000))
def mapped(): return map(str, range(100_000))
def generating():
    for n in range(100_000): yield n
async def fetch(): return 1
def made(): return fetch()
pool = concurrent.futures.ThreadPoolExecutor(2)
def submitted(): return [pool.submit(time.sleep, 0.5) for _ in range(4)]
def gone_through(): return list(n * n for n in range(10_000))
def awaited(): return [future.result() for future in [pool.submit(int, "7") for _ in range(4)]]
def a_range(): return range(100_000)
def opened(): return io.StringIO("text")
"""
USED_UP = """
def unsorted(): return [[(i * 7919) % 3001 for i in range(3000)] for _ in range(3)]
def sort_in_place(rows):
    rows.sort()
    return rows[0]
def popped(rows):
    taken = 0
    while rows: taken += rows.pop()
    return taken
def drained(bag):
    taken = sum(bag["rows"])
    bag["rows"].clear()
    return taken
def bags(): return [{"rows": list(range(2000))} for _ in range(3)]
def sort_copy(rows): return sorted(rows)[0]
import collections
ROWS, QUEUE, LOG = unsorted()[0], collections.deque(range(1000)), []
def module_rows():
    ROWS.sort()
    return ROWS[0]
def module_queue():
    taken = 0
    while QUEUE: taken += QUEUE.popleft()
    return 1
def logged():
    LOG.append(1)
    return sum(ROWS)
class Table:
    def __init__(self): self.rows = unsorted()[0]
    def order(self):
        self.rows.sort()
        return self.rows[0]
    def least(self): return min(self.rows)
table = Table()
def iterators(): return [iter([1, 2]), iter([3])]
def consume(rows): return sum(rows)
"""
JOBS = {
    "endless": "import time\nprint('serving')\nwhile True: time.sleep(0.05)\n",
    "leaves": "import sys\nsys.exit(work(10))\n",
    "asks": "name = input('who? ')\n",
    "ends": "import os\nos._exit(0)\n",
    "forks": (
        "import os, time\nif not os.fork():\n    time.sleep(2)\n    os._exit(0)\ntime.sleep(1)\n"
    ),
    "clings": (
        "import time\nwhile True:\n    try: time.sleep(1)\n    except BaseException: pass\n"
    ),
    "pooled": (
        "from concurrent.futures import ProcessPoolExecutor\n"
        "with ProcessPoolExecutor(1) as pool: list(pool.map(abs, [1, 2]))\n"
    ),
}
GUARD = 'if __name__ == "__main__":'


def _folder(tmp_path_factory: pytest.TempPathFactory, **files: str) -> Path:
    place = tmp_path_factory.mktemp("programs")
    for name, source in files.items():
        (place / f"{name}.py").write_text(source)
    return place


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = "def work(n=10): return sum(range(n))\n"
    return _folder(
        tmp_path_factory,
        remembering=REMEMBERING,
        not_run=NOT_RUN,
        used_up=USED_UP,
        **{name: work + source for name, source in JOBS.items()},
        guarded=f"print('guarded 1.0')\nTABLE = list(range(9999))\n{work}{GUARD}\n    input()\n",
    )


def _profile(folder: Path, function: str, items: str = "", most: int = 60) -> CallProfile:
    params = {"function": function, "folder": str(folder)} | ({"items": items} if items else {})
    return profile_call(params, most=most)


@pytest.mark.parametrize(
    ("name", "remembers"),
    [
        ("cached", True),
        ("default", True),
        ("store.price", True),
        ("compute", False),
        ("late_import", False),
        ("store.first_only", False),
        ("tiny", False),
    ],
)
def test_a_function_that_answers_from_memory_is_told(
    folder: Path, name: str, *, remembers: bool
) -> None:
    function = f"remembering.py:{name}"
    profile = _profile(folder, function, "[1, 2, 3, 4]")
    why = why_memory(Question(function=function), profile)
    assert bool(why) is remembers, profile.memory
    assert ("__wrapped__" in why) is (name == "cached")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("lines", "a generator"),
        ("mapped", "an iterator"),
        ("made", "an awaitable"),
        ("submitted", "a future that is not done"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_comes_back_without_having_run_is_refused(folder: Path, name: str, what: str) -> None:
    with pytest.raises(CallError, match=what):
        _profile(folder, f"not_run.py:{name}", most=2)


def test_a_generator_function_is_refused_before_it_is_called(folder: Path) -> None:
    with pytest.raises(BenchError, match="is a generator function"):
        _profile(folder, "not_run.py:generating", most=2)


@pytest.mark.parametrize("name", ["gone_through", "awaited", "a_range", "opened"])
def test_what_has_run_is_measured(folder: Path, name: str) -> None:
    assert _profile(folder, f"not_run.py:{name}", most=10).calls > 1


@pytest.mark.parametrize(
    ("name", "items", "changes"),
    [
        ("sort_in_place", "unsorted", True),
        ("popped", "unsorted", True),
        ("drained", "bags", True),
        ("sort_copy", "unsorted", False),
    ],
)
def test_each_call_gets_an_argument_of_its_own_where_calls_change_it(
    folder: Path, name: str, items: str, *, changes: bool
) -> None:
    profile = _profile(folder, f"used_up.py:{name}", f"used_up.py:{items}")
    assert profile.answers.changes_item is changes
    # Each call did the same work: neither its result nor its time is that of an empty list.
    assert all(profile.answers.prints.values())
    assert profile.memory.times < 3


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("module_rows", ["ROWS"]),
        ("module_queue", ["QUEUE"]),
        ("table.order", ["its Table"]),
        ("table.least", []),
        ("logged", []),
    ],
)
def test_what_only_the_first_call_finds_as_it_was_is_named(
    folder: Path, name: str, names: list[str]
) -> None:
    assert _profile(folder, f"used_up.py:{name}", most=10).answers.changed_first == names


AWAITED = """
import asyncio, time
KNOWN = {}
def fetch(n):
    time.sleep(0.004)
    return n
async def remembers(n):
    if n not in KNOWN:
        await asyncio.sleep(0.02)
        KNOWN[n] = n
    return KNOWN[n]
async def inner(n): return n
async def lazy(n): return inner(n)
"""


@pytest.mark.parametrize(
    ("name", "why"),
    [("remembers", "answers from memory"), ("lazy", "lazy gives back an awaitable")],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_async_form_is_asked_too_whether_it_is_the_work(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
    why: str,
) -> None:
    (tmp_path / "awaited.py").write_text(AWAITED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(machine, "busy", dict)
    command = ["advise", "awaited.py:fetch", "--async", f"awaited.py:{name}", "--force"]
    assert main([*command, "--items", "[1, 2, 3]", "--budget", "6s"]) == 1
    assert why in capfd.readouterr().err


def test_an_iterator_for_an_item_is_refused(folder: Path) -> None:
    with pytest.raises(BenchError, match="which uses it up"):
        _profile(folder, "used_up.py:consume", "used_up.py:iterators")


@pytest.mark.parametrize("name", JOBS)
def test_a_job_at_import_is_refused_with_the_guard(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(machine, "busy", dict)
    assert main(["advise", f"{name}.py:work", "--dry", "--force"]) == 2
    assert GUARD in capfd.readouterr().err


def test_a_module_with_a_guard_is_called(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(machine, "busy", dict)
    assert main(["advise", "guarded.py:work", "--dry", "--force"]) == 0
    assert "printed 12 bytes" in capfd.readouterr().out


def test_whom_an_import_connects_to_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (folder / "connects.py").write_text(
            "import socket\n"
            f"CONNECTION = socket.create_connection(('127.0.0.1', {port}))\n"
            "def work(): return sum(range(99))\n"
        )
        monkeypatch.chdir(folder)
        monkeypatch.setattr(machine, "busy", dict)
        assert main(["advise", "connects.py:work", "--dry", "--force"]) == 0
    assert f"started a connection to 127.0.0.1:{port}" in capfd.readouterr().out


def test_examples_run_and_hand_no_item_over_that_is_heavy(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    place = _folder(
        tmp_path_factory,
        app=(
            "import threading\n"
            "class Cart:\n"
            "    def __init__(self): self.lock = threading.Lock()\n"
            "    def total(self, n, more=0): return n * 2 + more\n"
            "cart = Cart()\n"
            "def numbers(): return [1, 2, 3]\n"
        ),
    )
    question = Question(function="app.py:cart.total", items="app.py:numbers", folder=str(place))
    named = Question(
        function="app.py:cart.total", items="[1, 2, 3]", args='{"more": 1}', folder=str(place)
    )
    (place / "deeper").mkdir()
    (place / "deeper" / "lone.py").write_text("def total(n): return n * 3\n")
    elsewhere = Question(function="deeper/lone.py:total", items="[1, 2]", folder=str(place))
    examples = {
        code_example(elsewhere, "processes", 2, items=2): "[3, 6]",
        code_example(question, "processes", 2, items=3): "[2, 4, 6]",
        code_example(question, "processes", 2, items=3, by_index=True): "[2, 4, 6]",
        code_example(named, "processes", 2, items=3): "[3, 5, 7]",
    }
    for written, printed in examples.items():
        (place / "example.py").write_text(f"{written}    print(results)\n")
        done = subprocess.run(
            [sys.executable, "example.py"],
            cwd=place,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stdout.strip() == printed, done.stderr
