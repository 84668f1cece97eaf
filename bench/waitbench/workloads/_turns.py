"""The loops that are timed: one task's operations on a shared tool, in a thread or on a loop."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import nullcontext
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from waitbench.workloads._tools import Taken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from waitbench.workloads._tools import Shared

Held = tuple[int, int]
"""From when to when a task had the tool, in nanoseconds of `perf_counter_ns`."""

_YIELD: Callable[[], None] = getattr(os, "sched_yield", lambda: time.sleep(0))
"""Lets another thread run, as `asyncio.sleep(0)` does with a coroutine; a sleep of nought may last
a timer's slack of 50 µs, which would be taken for the tool's cost."""


def in_thread(
    tool: str, kit: Any, shared: Shared, times: int, section: str
) -> Callable[[], list[Held]]:
    """Return a function that does a task's operations and returns when it had the tool.

    It returns that only of updates with a switch in them; of others it would be most of the cost.
    """
    guard = Taken(shared.tool) if tool == "queue" else shared.tool or nullcontext()
    if section == "update":
        return lambda: _update(guard, shared.cell, times)
    if section == "straight":
        return lambda: _update_straight(guard, shared.cell, times)
    if tool == "event":
        event = kit.Event()
        return lambda: _signal(event, times)
    if tool == "queue":
        return lambda: _pass_token(shared.tool, times)
    return lambda: _take(guard, times)


def on_loop(
    tool: str, kit: Any, shared: Shared, times: int, section: str
) -> Callable[[], Awaitable[list[Held]]]:
    """Return a coroutine function that does a task's operations, as `in_thread` does."""
    guard = Taken(shared.tool) if tool == "queue" else shared.tool or nullcontext()
    if section == "update":
        return lambda: _update_async(guard, shared.cell, times)
    if section == "straight":
        return lambda: _update_straight_async(guard, shared.cell, times)
    if tool == "event":
        event = kit.Event()
        return lambda: _signal_async(event, times)
    if tool == "queue":
        return lambda: _pass_token_async(shared.tool, times)
    return lambda: _take_async(guard, times)


def _update(guard: Any, cell: Any, times: int) -> list[Held]:
    held = []
    for _ in range(times):
        with guard:
            since = perf_counter_ns()
            value = cell.value
            # Without it a thread keeps the GIL from reading to writing, and loses no update but
            # by rare chance: what real work does in between (a call, a wait) gives it up as well.
            _YIELD()
            cell.value = value + 1
            held.append((since, perf_counter_ns()))
    return held


async def _update_async(guard: Any, cell: Any, times: int) -> list[Held]:
    held = []
    for _ in range(times):
        async with guard:
            since = perf_counter_ns()
            value = cell.value
            await asyncio.sleep(0)
            cell.value = value + 1
            held.append((since, perf_counter_ns()))
    return held


def _update_straight(guard: Any, cell: Any, times: int) -> list[Held]:
    for _ in range(times):
        with guard:
            value = cell.value
            cell.value = value + 1
    return []


async def _update_straight_async(guard: Any, cell: Any, times: int) -> list[Held]:
    for _ in range(times):
        async with guard:
            value = cell.value
            cell.value = value + 1
    return []


def _take(guard: Any, times: int) -> list[Held]:
    for _ in range(times):
        with guard:
            pass
    return []


async def _take_async(guard: Any, times: int) -> list[Held]:
    for _ in range(times):
        async with guard:
            pass
    return []


def _pass_token(tokens: Any, times: int) -> list[Held]:
    for _ in range(times):
        tokens.put(tokens.get())
    return []


async def _pass_token_async(tokens: Any, times: int) -> list[Held]:
    for _ in range(times):
        await tokens.put(await tokens.get())
    return []


def _signal(event: Any, times: int) -> list[Held]:
    for _ in range(times):
        event.set()
        event.wait()
        event.clear()
    return []


async def _signal_async(event: Any, times: int) -> list[Held]:
    for _ in range(times):
        event.set()
        await event.wait()
        event.clear()
    return []
