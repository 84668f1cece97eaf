"""A stack in, what it does out: waits, is blocked, idles, or computes, and for whom."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from waitbench.profiling.own_files import OURS
from waitbench.profiling.profile import Frame, in_task

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from waitbench.profiling.profile import Lane

TimeKind = Literal["waiting", "blocked", "idle", "no core", "library", "machinery", "workload"]
KINDS: Final[tuple[TimeKind, ...]] = (
    "waiting",
    "blocked",
    "idle",
    "no core",
    "library",
    "machinery",
    "workload",
)
MEANING: Final[Mapping[TimeKind, str]] = {
    "waiting": "a task waits for its answer, on the network or in a sleep; a loop, while all do",
    "blocked": "wants to go on and may not: the GIL, a lock, the disk",
    "idle": "nothing to do: a thread of a pool without a task",
    "no core": "ready to run, and every core is taken",
    "library": "the client library: aiohttp, requests, a database driver …",
    "machinery": "the interpreter's own: asyncio, threading, concurrent.futures, multiprocessing",
    "workload": "the task itself",
}
COMPUTES: Final[frozenset[TimeKind]] = frozenset(("library", "machinery", "workload"))

WAITS: Final = (
    *("recv", "recv_into", "recvfrom", "recvmsg", "accept", "connect", "getaddrinfo"),
    *("do_handshake", "sleep", "waitpid", "poll", "select", "control", "wait_c", "wait_epoll"),
)
"""Functions in C, without their type, in which a task waits for the world. `send` is none of them:
small ones never wait, so what they take beyond their CPU is the way back to the GIL."""
LOOKS: Final = ("wait_for_socket", "do_poll", "_poll_wait_for_socket", "wait_for_read")
"""Callers that poll with no patience: urllib3 looks whether a kept connection has gone."""
LOCKS: Final = ("acquire", "get", "__enter__", "wait", "read", "recv_bytes", "join")
"""Functions in C that wait for another thread or process of the program."""
LOCK_FILES: Final = ("threading.py", "queue.py", "concurrent/futures/", "multiprocessing/")
POLLERS: Final = ("selectors.py", "uvloop")
LOOP_RUNNERS: Final = ("run_until_complete", "run_forever", "run_once", "run")

ASLEEP, AT_THE_LOCK = "<asleep>\x00<built-in>\x000", "<GIL>\x00<built-in>\x000"
"""Leaves of a stack that was read from outside, which shows no functions in C."""

RULES: Final[tuple[tuple[str, TimeKind], ...]] = (
    (f"{OURS}workloads/", "workload"),
    (f"{OURS}models/", "machinery"),
    (f"{OURS}stopwatch.py", "machinery"),
    (f"{OURS}profiling/", "machinery"),
    (f"{OURS}race/", "machinery"),
    ("site-packages/uvloop/", "machinery"),
    ("site-packages/", "library"),
    ("asyncio/", "machinery"),
    ("concurrent/futures/", "machinery"),
    ("multiprocessing/", "machinery"),
    ("threading.py", "machinery"),
    ("queue.py", "machinery"),
    ("selectors.py", "machinery"),
    ("http/", "library"),
    ("urllib/", "library"),
    ("email/", "library"),
    ("ssl.py", "library"),
    ("socket.py", "library"),
    ("sqlite3/", "library"),
)
"""Part of a file's path, and for whom its frames compute: the innermost frame that has a rule
decides, so that what `json` does counts for its caller. The first rule that fits counts. Files of
ours are those of the package's real folder: see `own_files`."""


@lru_cache(maxsize=65536)
def classify(stack: tuple[str, ...]) -> TimeKind:
    """Return what one stack was doing, by its innermost frames.

    Args:
        stack: as pyinstrument names frames, from the root to the leaf.
    """
    frames = [Frame.of(identifier) for identifier in stack[-12:]]
    leaf = frames[-1]
    caller = frames[-2] if len(frames) > 1 else leaf
    if leaf.built_in:
        name = leaf.function.rpartition(".")[2]
        if stack[-1] == AT_THE_LOCK:
            return "blocked"
        asleep = stack[-1] == ASLEEP
        if any(part in caller.file for part in LOCK_FILES) and (asleep or name in LOCKS):
            return "blocked" if in_task(stack) else "idle"
        if asleep:
            return "waiting" if in_task(stack) else "idle"
        if name in WAITS and caller.function not in LOOKS:
            polls = any(part in caller.file for part in POLLERS)
            return "idle" if polls and not in_task(stack) else "waiting"
    if leaf.file.endswith("asyncio/runners.py") and leaf.function in LOOP_RUNNERS:
        return "idle"  # a loop in C shows as its caller
    return next((rule for frame in reversed(frames) if (rule := _rule(frame))), "workload")


def shares(lanes: Iterable[Lane]) -> dict[TimeKind, float]:
    """Return the share of the lanes' wall that went into each kind; they sum to 1.

    What frames that compute took beyond the thread's CPU was no computing: the thread stood ready
    without a core for as long as the system says, and the rest it was blocked. A loop that has
    tasks and nothing to do waits for all of them at once.
    """
    totals: Counter[TimeKind] = Counter()
    for lane in lanes:
        spent: Counter[TimeKind] = Counter()
        for stack, ns in lane.stacks.items():
            kind = classify(stack)
            spent["waiting" if kind == "idle" and lane.awaits else kind] += ns
        totals.update(_corrected(spent, lane))
    whole = sum(totals.values())
    return {name: totals[name] / whole if whole else 0.0 for name in KINDS}


def on_cpu(lane: Lane) -> float:
    """Return the share of the time of frames that compute in which their thread had a core."""
    busy_ns = sum(ns for stack, ns in lane.stacks.items() if classify(stack) in COMPUTES)
    return 1.0 if lane.cpu_ns is None or not busy_ns else min(1.0, lane.cpu_ns / busy_ns)


def _corrected(sampled: Counter[TimeKind], lane: Lane) -> dict[TimeKind, float]:
    """Return the time by kind, with what was no computing taken out of the kinds that compute."""
    busy_ns = sum(sampled[name] for name in COMPUTES)
    if lane.cpu_ns is None or not busy_ns:
        return {name: float(ns) for name, ns in sampled.items()}
    cpu_ns = min(busy_ns, lane.cpu_ns)
    delay_ns = min(busy_ns - cpu_ns, lane.delay_ns or 0)
    spent = {
        name: ns * cpu_ns / busy_ns if name in COMPUTES else float(ns)
        for name, ns in sampled.items()
    }
    spent["blocked"] = spent.get("blocked", 0.0) + busy_ns - cpu_ns - delay_ns
    spent["no core"] = float(delay_ns)
    return spent


@lru_cache(maxsize=4096)
def _rule(frame: Frame) -> TimeKind | None:
    return next((name for part, name in RULES if part in frame.file), None)
