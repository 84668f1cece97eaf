"""A question and a model in, a few lines of Python out that run, for the user's own function."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.perfmodel.chunks import even_chunk
from waitbench.user_code.module_names import module_named, module_of

if TYPE_CHECKING:
    from waitbench.advisor.question import Question

POOL = """\
from concurrent.futures import {pool}

{imports}
{wrapper}
def run({given}):
    with {pool}({width}) as pool:
        {calls}
"""
INDEXED = """\
from concurrent.futures import ProcessPoolExecutor

{imports}

items = []

def start():  # in each process: an index travels, not the item
    items.extend({maker}())

def call(number):
    return {call}

def run(count):
    with ProcessPoolExecutor({width}, initializer=start) as pool:
        return list(pool.map(call, range(count){chunk}))

if __name__ == "__main__":
    results = run({count})
"""
MAIN = """
if __name__ == "__main__":
    results = {run}
"""
WRAPPER = """
def call(*given, **named):  # each process has an object of its own: it does not travel
    return {name}(*given, **named)
"""
AWAITED = """
def call(*given, **named):  # in each worker on a loop of its own
    return asyncio.run({name}(*given, **named))
"""
LONGEST_LITERAL = 400
"""Longer lists than this are left to the user."""
TIMES = 100
"""So often a function without items is called in an example."""
LOOP = """\
import asyncio

{imports}

async def run({given}, at_once={width}):
    places = asyncio.Semaphore(at_once)
    async def one(item):
        async with places:
            return await {call}
    return await asyncio.gather(*map(one, {each}))
"""


def code_example(
    question: Question, model: str, width: int, *, items: int = 1, by_index: bool = False
) -> str:
    """Return an example.

    Args:
        question: whose function and arguments it calls.
        model: it is written with.
        width: how many at once.
        items: how many different ones there are.
        by_index: whether processes are handed an index, and make the items themselves.
    """
    target = question.function
    if model == "asyncio":
        target = question.coroutine or f"{question.function}_async"
    name = target.rpartition(":")[2]
    imports, given = _imports(target, question.folder), _given(question)
    chunk = even_chunk(items, width) if model == "processes" else 1
    chunked = f", chunksize={chunk}" if chunk > 1 else ""
    if model == "asyncio":
        call = f"{name}({', '.join(['item', *given] if question.items else given)})"
        what, each = ("items", "items") if question.items else ("times", "range(times)")
        return LOOP.format(imports=imports, given=what, width=width, call=call, each=each)
    if by_index:
        call = f"{name}({', '.join(['items[number]', *given])})"
        return INDEXED.format(
            imports=_imports(target, question.folder, question.items),
            maker=question.items.rpartition(":")[2],
            call=call,
            width=width,
            chunk=chunked,
            count=items,
        )
    pool = "ThreadPoolExecutor" if model == "threads" else "ProcessPoolExecutor"
    wrapper, called = "", name
    if question.async_only:
        wrapper, called = AWAITED.format(name=name), "call"
    elif "." in name and model == "processes":
        wrapper, called = WRAPPER.format(name=name), "call"
    if question.items:
        calls = f"return list(pool.map({called}, items{chunked}))"
        if given:
            submit = f"pool.submit({', '.join([called, 'item', *given])}) for item in items"
            calls = f"handed = [{submit}]\n        return [each.result() for each in handed]"
        run, what = f"run({_items(question)})", "items"
    else:  # nothing differs from call to call
        submit = f"pool.submit({', '.join([called, *given])}) for _ in range(times)"
        calls = f"handed = [{submit}]\n        return [each.result() for each in handed]"
        run, what = f"run({TIMES})", "times"
    main = MAIN.format(run=run) if model == "processes" else ""
    if main and not question.items.lstrip().startswith("["):
        imports = _imports(target, question.folder, question.items)
    written = POOL.format(
        pool=pool,
        imports=_loops_too(question) + imports,
        wrapper=wrapper,
        given=what,
        width=width,
        calls=calls,
    )
    return written + main


def _loops_too(question: Question) -> str:
    """Return the import of what runs a function that is awaited."""
    return "import asyncio\n\n" if question.async_only else ""


def _items(question: Question) -> str:
    """Return the items as source."""
    if question.items.lstrip()[:1] != "[":
        return f"{question.items.rpartition(':')[2]}()"
    literal = repr(json.loads(question.items))
    return literal if len(literal) <= LONGEST_LITERAL else "items"


def _imports(target: str, folder: str, items: str = "") -> str:
    """Return what imports a function, or the object whose method it is, and who makes items.

    A file that lies elsewhere than where one stands is found by a line of its own.
    """
    names: dict[str, list[str]] = {}
    roots: dict[str, None] = {}
    for each in filter(None, (target, items)):
        place, _, name = each.rpartition(":")
        imported = names.setdefault(module_named(place, folder), [])
        imported.append(name.partition(".")[0])
        if place.endswith(".py"):
            roots[os.path.relpath(module_of(Path(folder, place).resolve())[1], folder or ".")] = (
                None
            )
    found = "".join(f"sys.path.insert(0, {root!r})\n" for root in roots if root != ".")
    return (f"import sys\n\n{found}" if found else "") + "\n".join(
        f"from {module} import {', '.join(sorted(set(imported)))}"
        for module, imported in names.items()
    )


def _given(question: Question) -> list[str]:
    """Return the arguments that every call gets, as source."""
    given = json.loads(question.args or "[]")
    if isinstance(given, dict):
        return [f"{name}={value!r}" for name, value in given.items()]
    return [repr(value) for value in given]
