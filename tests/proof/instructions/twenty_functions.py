"""Twenty functions of pure Python as a repository holds them; a commit may give any 1 % more."""

from __future__ import annotations

from tests.proof.gate.changes import Change

REPEATS = 100
MORE = REPEATS + REPEATS // 100
"""Turns of a function's loop, and one per cent more of them."""
NAMES = (
    "integers",
    "floats",
    "calls",
    "methods",
    "closures",
    "generators",
    "comprehensions",
    "exceptions",
    "strings",
    "formats",
    "bytes_",
    "lists",
    "sorts",
    "dicts",
    "sets",
    "heaps",
    "queues",
    "classes",
    "texts_as_keys",
    "objects_in_sets",
)
_WORK = '''\
"""Twenty kinds of work, each a loop of so many turns."""

import heapq
from collections import deque

TURNS = {turns}


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def moved(self, by):
        return Point(self.x + by, self.y - by)

    def size(self):
        return self.x * self.x + self.y * self.y


def twice(number):
    return number + number


def adder(step):
    def add(number):
        return number + step

    return add


def pieces(many):
    for number in range(many):
        yield number * 3


def integers():
    total = 0
    for turn in range(TURNS["integers"]):
        for number in range(120):
            total += (number * turn) % 7
    return total


def floats():
    x = 0.5
    for _ in range(TURNS["floats"]):
        for _step in range(120):
            x = 3.7 * x * (1.0 - x)
    return x


def calls():
    total = 0
    for _ in range(TURNS["calls"]):
        for number in range(80):
            total += twice(number)
    return total


def methods():
    point, total = Point(1, 2), 0
    for _ in range(TURNS["methods"]):
        for _step in range(80):
            total += point.size()
    return total


def closures():
    total = 0
    for turn in range(TURNS["closures"]):
        add = adder(turn)
        for number in range(80):
            total += add(number)
    return total


def generators():
    total = 0
    for _ in range(TURNS["generators"]):
        total += sum(pieces(100))
    return total


def comprehensions():
    total = 0
    for turn in range(TURNS["comprehensions"]):
        total += len([number * turn for number in range(120) if number % 3])
    return total


def exceptions():
    caught = 0
    for _ in range(TURNS["exceptions"]):
        for number in range(20):
            try:
                raise ValueError(number)
            except ValueError:
                caught += 1
    return caught


def strings():
    total = 0
    for turn in range(TURNS["strings"]):
        words = f"{turn % 10} tea, cake and more of it".replace(",", "").split() * 5
        total += len("-".join(words).upper())
    return total


def formats():
    total = 0
    for _ in range(TURNS["formats"]):
        for number in range(20):
            total += len(f"{number:>8d} {number / 7:.3f}")
    return total


def bytes_():
    total = 0
    for turn in range(TURNS["bytes_"]):
        text = bytes([turn % 256]) * 300
        total += len(text.hex()) + sum(text[::3])
    return total


def lists():
    total = 0
    for _ in range(TURNS["lists"]):
        made = []
        for number in range(120):
            made.append(number)
        made.reverse()
        total += made[3]
    return total


def sorts():
    total = 0
    for turn in range(TURNS["sorts"]):
        total += sorted((number * 37 + turn) % 101 for number in range(80))[5]
    return total


def dicts():
    total = 0
    for turn in range(TURNS["dicts"]):
        made = {}
        for number in range(80):
            made[number % 17] = made.get(number % 17, 0) + turn
        total += made[3]
    return total


def sets():
    total = 0
    for turn in range(TURNS["sets"]):
        total += len({number * turn % 53 for number in range(100)} & set(range(40)))
    return total


def heaps():
    total = 0
    for turn in range(TURNS["heaps"]):
        heap = []
        for number in range(40):
            heapq.heappush(heap, (number * 37 + turn) % 101)
        total += heapq.heappop(heap)
    return total


def queues():
    total = 0
    for _ in range(TURNS["queues"]):
        waiting = deque(range(100))
        while waiting:
            total += waiting.popleft()
    return total


def classes():
    total = 0
    for _ in range(TURNS["classes"]):
        point = Point(1, 2)
        for step in range(20):
            point = point.moved(step)
        total += point.x
    return total


def texts_as_keys():
    total = 0
    for turn in range(TURNS["texts_as_keys"]):
        found = {}
        for number in range(60):
            key = f"key {number % 20}"
            found[key] = found.get(key, 0) + turn
        total += len(found)
    return total


def objects_in_sets():
    total = 0
    for _ in range(TURNS["objects_in_sets"]):
        total += len({Point(number, 0) for number in range(40)})
    return total
'''
BENCHMARKS = '''\
"""What must not become slower."""

import work
'''


def benchmarks() -> str:
    """Return the file of benchmarks."""
    functions = (f"\n\ndef bench_{name}():\n    return work.{name}()\n" for name in NAMES)
    return BENCHMARKS + "".join(functions)


TURNS = "\n".join(["{", *(f'    "{name}": {REPEATS},' for name in NAMES), "}"])
CODE = _WORK.replace("{turns}", TURNS, 1)
CHANGES = {
    "null": Change(edits={"class Point:": "# Where something is.\nclass Point:"}),
    "more": Change(edits={f'"{name}": {REPEATS},': f'"{name}": {MORE},' for name in NAMES}),
}
"""A comment; and 1 % more turns for each of the twenty."""

ORDERS_BENCHMARKS = '''\
"""Where clock and instructions differ."""

import orders


def bench_memory():
    return orders.walked()


def bench_loop():
    return orders.counted()


def bench_alone():
    return orders.left_alone()
'''
ORDERS = '''\
"""A walk through memory, and loops."""

MANY, STEPS, STRIDE, TURNS = 400_000, 20_000, 104_729, 20_000
CELLS = [(1 << 40) + number for number in range(MANY)]  # alike to add, all of two digits
NEAR = list(range(STEPS))
FAR = [step * STRIDE % MANY for step in range(STEPS)]
PLACES = NEAR


def walked():
    total = 0
    for place in PLACES:
        total += CELLS[place]
    return total


def counted():
    total = 0
    for number in range(TURNS):
        total += number % 7
    return total


def left_alone():
    total = 0
    for number in range(20_000):
        total += number % 7
    return total
'''
ORDERS_CHANGES = {
    "differ": Change(
        edits={"PLACES = NEAR": "PLACES = FAR", " 104_729, 20_000\n": " 104_729, 20_200\n"}
    ),
}
"""As many steps, each to another page of memory, the same in each process; and 1 % more turns."""
