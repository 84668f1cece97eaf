"""A question and a model in, ten lines of Python out, for the user's own function."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waitbench.advisor.question import Question

POOL = """\
from concurrent.futures import {pool}

from {module} import {name}

def run(items):
    with {pool}({width}) as pool:
        return list(pool.map({name}, items))
"""
MAIN = """
if __name__ == "__main__":
    results = run(items)
"""
TIMES = 100
"""So often a function without items is called in an example."""
LOOP = """\
import asyncio

from {module} import {name}

async def run(items, at_once={width}):
    places = asyncio.Semaphore(at_once)
    async def one(item):
        async with places:
            return await {name}(item)
    return await asyncio.gather(*map(one, items))
"""


def code_example(question: Question, model: str, width: int) -> str:
    """Return an example; the items are the user's own."""
    target = question.function
    if model == "asyncio":
        target = question.coroutine or f"{question.function}_async"
    place, _, name = target.rpartition(":")
    module = PurePath(place).stem if place.endswith(".py") else place
    if model == "asyncio":
        return LOOP.format(module=module, name=name, width=width)
    pool = "ThreadPoolExecutor" if model == "threads" else "ProcessPoolExecutor"
    written = POOL.format(pool=pool, module=module, name=name, width=width)
    written += MAIN if model == "processes" else ""
    if not question.items:  # nothing differs from call to call
        given = ", ".join([name, *_fixed(question)])
        calls = f"calls = [pool.submit({given}) for _ in range(times)]"
        written = written.replace("def run(items)", "def run(times)")
        written = written.replace("run(items)", f"run({TIMES})").replace(
            f"return list(pool.map({name}, items))",
            f"{calls}\n        return [call.result() for call in calls]",
        )
    return written


def _fixed(question: Question) -> list[str]:
    """Return the arguments that every call gets, as source."""
    given = json.loads(question.args or "[]")
    if isinstance(given, dict):
        return [f"{name}={value!r}" for name, value in given.items()]
    return [repr(value) for value in given]
