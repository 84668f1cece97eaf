"""One program under one tool, in this process: `one TOOL PROGRAM LOOP` prints what was told.

`one TOOL cost LOOP URL` prints instead what a step, a task and a request of it cost.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tests.bench.doctor.compare.tools import BARE, THRESHOLD_MS, TOOLS, Told, Tool

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

STEPS, TASKS, REQUESTS = 20_000, 5_000, 600
WARM_UP, BATCHES = 100, 10


def main(name: str, program: str, loop: str, url: str = "") -> None:
    """Run it, and print one line of JSON after what it prints itself."""
    tool, messages = TOOLS.get(name, BARE), Told()
    if program == "cost":
        print(json.dumps(_run(tool, messages, lambda: costs(url), loop)))
        return
    module = importlib.import_module(f"tests.bench.doctor.corpus.{program}")
    error = None
    try:
        _run(tool, messages, module.main, loop)
    except Exception as raised:  # noqa: BLE001  the tool may have raised; the table shows it
        error = repr(raised)
    print(json.dumps({"told": messages.messages, "held_ns": messages.held_ns, "error": error}))


def _run(
    tool: Tool, messages: Told, program: Callable[[], Coroutine[Any, Any, Any]], loop: str
) -> object:
    async def inside() -> object:
        assert tool.inside
        async with tool.inside(messages):
            return await program()

    factory = importlib.import_module("uvloop").new_event_loop if loop == "uvloop" else None
    outcome: object = None  # what a tool raises itself, its context swallows
    with tool.around(messages), asyncio.Runner(debug=tool.debug, loop_factory=factory) as runner:
        if tool.debug:
            runner.get_loop().slow_callback_duration = THRESHOLD_MS / 1e3
        # A tool that needs no place inside gets the program's own task to watch.
        outcome = runner.run(inside() if tool.inside else program())
    return outcome  # noqa: RET504  see above


async def costs(url: str) -> dict[str, float]:
    """Measure nanoseconds for a step, a task and a request: the least of several batches.

    What else the machine does can only add to a batch.
    """
    return {
        "step": await _each(_step, STEPS),
        "task": await _each(_task, TASKS),
        "request": await _requests(url),
    }


async def _each(act: Callable[[], Coroutine[Any, Any, None]], times: int) -> float:
    for _ in range(WARM_UP):
        await act()
    batches = []
    for _ in range(BATCHES):
        began_ns = time.perf_counter_ns()
        for _ in range(times // BATCHES):
            await act()
        batches.append((time.perf_counter_ns() - began_ns) / (times // BATCHES))
    return min(batches)


async def _step() -> None:
    await asyncio.sleep(0)


async def _task() -> None:
    await asyncio.create_task(_step())


async def _requests(url: str) -> float:
    import aiohttp

    async with aiohttp.ClientSession() as session:

        async def get() -> None:
            async with session.get(url) as response:
                await response.read()

        return await _each(get, REQUESTS)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
