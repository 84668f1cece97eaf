"""What commits do to the shop or the shelf: nothing, or known changes to some of the benchmarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.proof.gate.shelf_tests import TIMES
from tests.proof.gate.shop_benchmarks import CLIENTS, COMPUTING, FETCHES

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {
    "cpu2": "+2 % CPU, less than the margin",
    "cpu5": "+5 % CPU",
    "cpu10": "+10 % CPU",
    "call": "a slower client library call",
    "reuse": "a lost connection reuse",
    "blocking": "a blocking call in a coroutine",
    "lock": "an added lock",
}
LEVELS = (5, 10, 5, 0, 2, 5, 10)
"""Per cent of CPU that the computing benchmarks get; with each turn the next one begins."""
TURNS = len(COMPUTING)
CALLS = {
    "call": "client.session.get(client.url, timeout=30).content",
    "reuse": '__import__("requests").get(client.url, timeout=30).content',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one commit does to a project.

    Attributes:
        edits: texts of its code with what stands in their place.
        kinds: by benchmark that it makes slower, of which kind the change is.
    """

    edits: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=dict)


def mixed(turn: int) -> Change:
    """Make eleven benchmarks slower in seven ways, and leave nine alone; others with each turn.

    A gate looks at each benchmark by itself, so one commit may hold all kinds at once.
    """
    edits, kinds = {}, {}
    for place, name in enumerate(COMPUTING):
        level = LEVELS[(place + turn) % TURNS]
        if level:
            edits[f'"{name}": 100'] = f'"{name}": {100 + level}'
            kinds[name] = f"cpu{level}"
    for place, (kind, call) in enumerate(CALLS.items()):
        name = CLIENTS[(place + turn) % len(CLIENTS)]
        before = f"def {name}(client):\n    return "
        edits[f"{before}send(client)"] = f"{before}{call}"
        kinds[name] = kind
    coroutine = "    async def one():\n"
    edits[coroutine] = f"{coroutine}        time.sleep(0.0005)\n"
    edits["    time.sleep(0.002)"] = "    with LOCK:\n        time.sleep(0.002)"
    return Change(
        edits=edits, kinds={**kinds, **dict.fromkeys(FETCHES, "blocking"), "pool_naps": "lock"}
    )


NULL = Change(edits={"WORD = re": "# What a word is.\nWORD = re"})
CHANGES = {"null": NULL, **{f"mixed{turn}": mixed(turn) for turn in range(TURNS)}}
SHELF_LEVELS = (5, 0, 10, 0)
"""Per cent that the functions of the shelf get; with each turn the next one begins."""


def shelved(turn: int) -> Change:
    """Make half of the shelf's functions slower by 5 or 10 %, and leave the rest alone."""
    functions = list(dict.fromkeys(TIMES.values()))
    levels = {
        name: SHELF_LEVELS[(place + turn) % len(SHELF_LEVELS)]
        for place, name in enumerate(functions)
    }
    return Change(
        edits={f'"{name}": 100': f'"{name}": {100 + levels[name]}' for name in functions},
        kinds={
            f"tests/{test}": f"cpu{levels[name]}" for test, name in TIMES.items() if levels[name]
        },
    )


SHELF_CHANGES = {
    "tests-null": NULL,
    **{f"tests{turn}": shelved(turn) for turn in range(len(SHELF_LEVELS))},
}
"""The same for tests of pytest-benchmark and pytest-codspeed."""
