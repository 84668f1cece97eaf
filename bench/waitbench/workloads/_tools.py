"""What tasks are coordinated with, made by one of three kits: a loop's, threads', processes'."""

from __future__ import annotations

import asyncio
import multiprocessing
import queue
import threading
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

TOOLS = ("none", "lock", "semaphore", "queue", "event")

LOOP: Any = asyncio
"""Of one event loop."""
THREADS: Any = SimpleNamespace(
    Lock=threading.Lock,
    Semaphore=threading.Semaphore,
    Event=threading.Event,
    Queue=queue.Queue,
)
"""Of the threads of one interpreter."""


def processes() -> Any:
    """Return the kit of processes that do not come by a plain fork."""
    return multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all tasks of a round have in common.

    Attributes:
        cell: has a `value`, the number that they all add to; it can be seen from other processes.
        tool: the lock, semaphore or queue itself; None where there is none, or each has its own.
    """

    cell: Any
    tool: Any


def share(kit: Any, tool: str, places: int, cell: Any = None) -> Shared:
    """Make what is shared; a queue is filled with `places` tokens, which are taken and put back."""
    made: Any = None
    if tool == "lock":
        made = kit.Lock()
    elif tool == "semaphore":
        made = kit.Semaphore(places)
    elif tool == "queue":
        made = kit.Queue()
        for token in range(places):
            made.put_nowait(token)
    return Shared(cell=number() if cell is None else cell, tool=made)


def number() -> Any:
    """Make a number in shared memory, nought at first; the same for all, to compare like with like.

    It must be there before anything is pickled: a pickler takes it for a plain number, and copies
    it, unless the kind was known when the pickler was made.
    """
    from multiprocessing.sharedctypes import RawValue

    return RawValue("q", 0)


class Taken:
    """A queue's token, held as a lock is held."""

    def __init__(self, tokens: Any) -> None:
        self._tokens = tokens

    def __enter__(self) -> None:
        self._tokens.get()

    def __exit__(self, *exc_info: object) -> None:
        self._tokens.put(None)

    async def __aenter__(self) -> None:
        await self._tokens.get()

    async def __aexit__(self, *exc_info: object) -> None:
        await self._tokens.put(None)
