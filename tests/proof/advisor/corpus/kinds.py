"""Programs of which a naive figure is not that of the work, kind by kind, beside healthy twins.

They belong to the tuning corpus: the advisor was made to tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

MEMORY, NOT_RUN, USED_UP, HEAVY, IMPORT = (
    "answers from memory",
    "has not run",
    "uses its input up",
    "heavy to hand over",
    "job at import",
)
TOLD: dict[str, tuple[str, ...]] = {
    MEMORY: ("answers from memory", "these figures are of later ones"),
    NOT_RUN: ("gives back", "is a generator function"),
    USED_UP: ("uses its item up", "changes its argument", "Its first call changed", "uses it up"),
    HEAVY: ("weighs", "cannot travel"),
    IMPORT: ("cannot be imported", "waitbench: importing"),
}
"""What the advisor says of each kind; any of it will do, and none of it may be said of a twin."""

SOURCES = {
    "memory": """
import functools, json, os, pickle, sqlite3, tempfile, time

def compute(number, steps=60_000):
    figure = number + 7
    for _ in range(steps):
        figure = figure * 5 % 4294967291
    return figure

class Shop:
    def __init__(self):
        self.prices = {}
    @functools.cache
    def rate(self, number):
        return compute(number)
    def price(self, number):
        if number not in self.prices:
            self.prices[number] = compute(number)
        return self.prices[number]
    def plain(self, number):
        return compute(number)
shop = Shop()

def memoised(function):
    answers = {}
    @functools.wraps(function)
    def inner(*given):
        key = json.dumps(given)
        if key not in answers:
            answers[key] = function(*given)
        return answers[key]
    return inner
@memoised
def decorated(number):
    return compute(number)

FOLDER = tempfile.mkdtemp()
def on_disk(number):
    path = os.path.join(FOLDER, str(number))
    if os.path.exists(path):
        with open(path, "rb") as file:
            return pickle.load(file)
    with open(path, "wb") as file:
        pickle.dump(answer := compute(number), file)
    return answer
def written_anew(number):
    with open(os.path.join(FOLDER, f"new{number}"), "wb") as file:
        pickle.dump(answer := compute(number), file)
    return answer

base = sqlite3.connect(":memory:", check_same_thread=False)
base.execute("create table answers(number integer primary key, answer integer)")
def in_a_table(number):
    row = base.execute("select answer from answers where number = ?", (number,)).fetchone()
    if row is None:
        row = (compute(number),)
        base.execute("insert into answers values (?, ?)", (number, *row))
    return row[0]

by_identity = {}
def rows():
    return [[number] for number in range(5)]
def of_a_row(row):
    if id(row) not in by_identity:
        by_identity[id(row)] = compute(row[0])
    return by_identity[id(row)]

settings = None
def configured():
    global settings
    if settings is None:
        settings = {"limit": compute(3, 300_000)}
    return settings
def configured_anew():
    return {"limit": compute(3)}

pages = {}
def fetched(number):
    if number not in pages:
        time.sleep(0.02)
        pages[number] = number * 3
    return pages[number]
def fetched_anew(number):
    time.sleep(0.004)
    return number * 3

connected = set()
def connected_once(number):
    if number not in connected:
        time.sleep(0.06)
        connected.add(number)
    time.sleep(0.004)
    return number * 3

table = None
def with_a_table(number):
    global table
    if table is None:
        table = compute(1, 200_000)
    return table + compute(number)
""",
    "not_run": """
import asyncio, concurrent.futures, csv, io, re, sqlite3, subprocess, sys, threading
from dataclasses import dataclass

TEXT = "one two three " * 3000
pool = concurrent.futures.ThreadPoolExecutor(2)
def work(number=20_000):
    return sum(number * number for number in range(number))
def words(): return re.finditer("[a-z]+", TEXT)
def words_listed(): return re.findall("[a-z]+", TEXT)
def lines(): return csv.reader(io.StringIO("a,b\\n" * 4000))
def in_a_record(): return {"count": 3, "rows": (work() for _ in range(3))}
def record_of_lists(): return {"count": 3, "rows": [work() for _ in range(3)]}
@dataclass
class Page:
    number: int
    rows: object
def in_a_page(): return Page(1, map(work, [9_000] * 3))
def handed_out(): return {number: pool.submit(work, 300_000) for number in range(3)}
def waited_for(): return {n: pool.submit(work).result() for n in range(3)}
def mapped(): return pool.map(work, [20_000] * 4)
def mapped_out(): return list(pool.map(work, [20_000] * 4))
async def fetch(): return work()
def coroutines(): return [fetch() for _ in range(3)]
def run_out(): return asyncio.run(fetch())
def thread():
    started = threading.Thread(target=work, args=(400_000,))
    started.start()
    return started
def joined():
    started = threading.Thread(target=work)
    started.start()
    started.join()
    return started.is_alive()
def process(): return subprocess.Popen([sys.executable, "-c", "sum(range(10**7))"])
def cursor():
    base = sqlite3.connect(":memory:")
    base.execute("create table rows(x)")
    base.executemany("insert into rows values (?)", [(number,) for number in range(5000)])
    return base.execute("select x from rows order by -x")
def generating():
    yield from range(work())
""",
    "used_up": """
import collections, heapq, io, queue, threading

def unsorted():
    return [[(row * 7919 + turn) % 3001 for row in range(3000)] for turn in range(3)]
def in_place(rows):
    rows.sort()
    return rows[0]
def a_copy(rows):
    return sorted(rows)[0]
def deques():
    return [collections.deque(range(4000)) for _ in range(3)]
def drained(rows):
    total = 0
    while rows:
        total += rows.popleft()
    return total
def gone_through(rows):
    return sum(row * row for row in rows)
def queues():
    filled = [queue.Queue() for _ in range(3)]
    for each in filled:
        for number in range(2000):
            each.put(number)
    return filled
def emptied(rows):
    total = 0
    while not rows.empty():
        total += rows.get()
    return total
class Held:
    def __init__(self, rows):
        self.lock, self.rows = threading.Lock(), rows
def held():
    return [Held(rows * 3) for rows in unsorted()]
def sorted_held(item):
    with item.lock:
        item.rows.sort()
    return item.rows[0]
def iterators():
    return [iter([1, 2]), iter([3])]
HEAP = list(range(30_000))
def heap():
    total = 0
    while HEAP:
        total += heapq.heappop(HEAP)
    return 1
LINES = io.StringIO("a word\\n" * 30_000)
def file_at_its_end():
    return sum(len(line) for line in LINES)
def file_from_its_start():
    LINES.seek(0)
    return sum(len(line) for line in LINES)
def shared(rows=list(range(20_000))):
    rows.reverse()
    return sum(rows)
""",
    "heavy": """
import threading

def blocks():
    return [[number / 7 for number in range(400_000)] for _ in range(3)]
def a_part(rows):
    total = 0.0
    for row in rows[::40]:
        total += row
    return total
def buffers():
    return [bytes(20_000_000) for _ in range(3)]
def a_look(buffer):
    return sum(buffer[place] for place in range(0, 20_000_000, 2_000))
def numbers():
    return [1, 2, 3]
def much_back(number):
    return [float(number + place) for place in range(300_000)]
def little_back(number):
    return sum(number * place for place in range(100_000))
def locks():
    return [(threading.Lock(), number) for number in range(3)]
def under_a_lock(item):
    with item[0]:
        return sum(item[1] * place for place in range(100_000))
def a_lock_back(number):
    sum(number * place for place in range(100_000))
    return threading.Lock()
""",
    "ends": "import os\ndef work(): return 1\nos._exit(0)\n",
    "serves": "import time\ndef work(): return 1\nwhile True: time.sleep(1)\n",
    "parses": (
        "import argparse\ndef work(): return 1\nargparse.ArgumentParser().parse_args(['unknown'])\n"
    ),
    "starts": (
        "import multiprocessing\ndef work(): return 1\n"
        "one = multiprocessing.Process(target=abs, args=(1,))\none.start()\none.join()\n"
    ),
    "defines": "TABLE = [n * n for n in range(1000)]\ndef work(): return sum(TABLE)\n",
    "guarded": "def work(): return sum(range(99))\nif __name__ == '__main__': input()\n",
}
"""Modules by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One function of a kind, or its healthy twin.

    Attributes:
        kind: what is wrong with it, or is not.
        module: of `SOURCES`.
        function: its name in that.
        items: as `--items` takes them; empty for none.
        healthy: whether nothing is to be said.
    """

    kind: str
    module: str
    function: str
    items: str = ""
    healthy: bool = False

    @property
    def name(self) -> str:
        """Its function and file."""
        return f"{self.module}.py:{self.function}"


def programs() -> list[Program]:
    """Return all of them, each kind's healthy twins behind it."""
    some = "[1, 2, 3, 4]"
    listed = [
        *_of(MEMORY, "memory", some, ("shop.rate", "shop.price", "decorated", "on_disk")),
        *_of(MEMORY, "memory", some, ("in_a_table", "fetched")),
        *_of(MEMORY, "memory", "memory.py:rows", ("of_a_row",)),
        *_of(MEMORY, "memory", "", ("configured",)),
        *_of(MEMORY, "memory", some, ("shop.plain", "written_anew"), healthy=True),
        *_of(
            MEMORY, "memory", some, ("fetched_anew", "with_a_table", "connected_once"), healthy=True
        ),
        *_of(MEMORY, "memory", "", ("configured_anew",), healthy=True),
        *_of(NOT_RUN, "not_run", "", ("words", "lines", "in_a_record", "in_a_page", "handed_out")),
        *_of(NOT_RUN, "not_run", "", ("mapped", "coroutines", "thread", "process", "cursor")),
        *_of(NOT_RUN, "not_run", "", ("generating",)),
        *_of(
            NOT_RUN, "not_run", "", ("words_listed", "record_of_lists", "waited_for"), healthy=True
        ),
        *_of(NOT_RUN, "not_run", "", ("mapped_out", "run_out", "joined"), healthy=True),
        *_of(USED_UP, "used_up", "used_up.py:unsorted", ("in_place",)),
        *_of(USED_UP, "used_up", "used_up.py:deques", ("drained",)),
        *_of(USED_UP, "used_up", "used_up.py:queues", ("emptied",)),
        *_of(USED_UP, "used_up", "used_up.py:held", ("sorted_held",)),
        *_of(USED_UP, "used_up", "used_up.py:iterators", ("gone_through",)),
        *_of(USED_UP, "used_up", "", ("heap", "file_at_its_end")),
        *_of(USED_UP, "used_up", "used_up.py:unsorted", ("a_copy",), healthy=True),
        *_of(USED_UP, "used_up", "used_up.py:deques", ("gone_through",), healthy=True),
        *_of(USED_UP, "used_up", "", ("file_from_its_start", "shared"), healthy=True),
        *_of(HEAVY, "heavy", "heavy.py:blocks", ("a_part",)),
        *_of(HEAVY, "heavy", "heavy.py:buffers", ("a_look",)),
        *_of(HEAVY, "heavy", "heavy.py:locks", ("under_a_lock",)),
        *_of(HEAVY, "heavy", "heavy.py:numbers", ("much_back", "a_lock_back")),
        *_of(HEAVY, "heavy", "heavy.py:numbers", ("little_back",), healthy=True),
    ]
    for module in ("ends", "serves", "parses", "starts"):
        listed += _of(IMPORT, module, "", ("work",))
    for module in ("defines", "guarded"):
        listed += _of(IMPORT, module, "", ("work",), healthy=True)
    return listed


def _of(
    kind: str, module: str, items: str, functions: tuple[str, ...], *, healthy: bool = False
) -> list[Program]:
    return [
        Program(kind=kind, module=module, function=function, items=items, healthy=healthy)
        for function in functions
    ]
