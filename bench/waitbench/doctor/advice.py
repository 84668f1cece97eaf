"""What a finding means in a sentence, and what to do about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from waitbench.doctor.findings import CALLED_BACK, FREED, HOLDS, IMPORTS, UNSEEN, UNSURE
from waitbench.doctor.pool import default_threads
from waitbench.formatting import duration

if TYPE_CHECKING:
    from waitbench.doctor.findings import Finding

HELD = {
    "waiting": "waited, and held the loop",
    "computing": "computed, and held the loop",
    "crowded": "got no core to run on, and held the loop",
    "gil": "kept the GIL, and the loop could not run",
    "collection": "held the loop",
    "flooded": "flooded the loop with short steps, and it was late",
    "late": "was late, and nothing that was seen explains it,",
}


def headline(finding: Finding) -> str:
    """Return in a sentence what is wrong."""
    subject, often = finding.subject, f" ({finding.times} times)" if finding.times > 1 else ""
    if finding.kind in HOLDS:
        more = finding.detail in {UNSEEN, UNSURE, FREED} or finding.kind == "collection"
        unsure = f"; {finding.detail}" if more and finding.detail else ""
        if finding.steps:
            line = f", up to {finding.ready:,} in line" if finding.ready else ""
            unsure = f": {finding.steps:,} steps meanwhile{line}"
        return f"{subject} {HELD[finding.kind]} {_long(finding)}{unsure}"
    if finding.kind == "expired":
        ran_out = f"{finding.times} limits" if finding.times > 1 else "a limit"
        late = f", up to {duration(finding.longest_ns)} late"
        return f"while the loop was held, {ran_out} ran out{late}, in {subject}{finding.detail}"
    return {
        "forgotten": f"{subject} was never awaited{often}"
        + (f"; {finding.detail}" * bool(finding.detail)),
        "failed": f"{subject} failed, and nobody saw it{often}: {finding.detail}",
        "lost": f"{subject} was lost{often}: {finding.detail}",
        "pool": f"{subject} was full: {finding.detail}",
        "session": f"{subject} was left open{often}",
    }[finding.kind]


def advice(finding: Finding) -> str:
    """Return in a sentence what to do about a finding."""
    share = f"It was on a core for {(finding.cpu_share or 0) * 100:.0f} % of that"
    if finding.detail == IMPORTS:
        return "It imported a module. Import it at the top of the file, before the loop runs."
    if finding.detail == FREED:
        return (
            f"{share}: each object is freed by itself, with the GIL, in whatever thread. Let go of "
            "them in pieces with `await asyncio.sleep(0)` between, keep them for the next use, or "
            "hold the same in few large objects (arrays, bytes)."
        )
    if finding.detail == CALLED_BACK:
        return (
            "It did nothing. Where a plain function is asked for, give one that starts a task: "
            "`lambda: asyncio.create_task(...)`, and keep the task."
        )
    if finding.kind == "waiting":
        return (
            f"{share}: it waits for something. Await an async library instead, or hand the call "
            f"to a thread: `await asyncio.to_thread(...)`, at most {default_threads()} at once."
        )
    if finding.kind == "computing":
        return _for_computing(finding, share)
    return {
        "crowded": "It was ready to run, but all cores were busy; with one at hand it would "
        "have been short.",
        "gil": "No line of the loop's is to blame: one thread at a time has Python's lock (GIL), "
        "and this one gave it away late or never. A thread is no cure: give the work to a process "
        "(`ProcessPoolExecutor`), or to code that lets go of the GIL.",
        "collection": "The line where it came due only allocated; neither a thread nor a process "
        "helps. Keep fewer objects alive, call `gc.freeze()` once the program has started, raise "
        "`gc.set_threshold(...)`, or collect when there is nothing to do.",
        "flooded": "Each step is short, and each waits until all that are ready before it had "
        "their turn. Start fewer at once (a semaphore, a queue with a few workers), spread timers "
        "that are due together, and let no callback call itself again at once.",
        "late": "Its steps were short, and no other thread was seen to keep the GIL: a pause of "
        "the whole process, or of the machine, looks like that.",
        "expired": "The limit may be long enough, and the answer in time: mend what held the loop. "
        "Once it goes on, what is due is cut off before those run that were answered meanwhile.",
        "forgotten": "It did nothing. Write `await` before the call, or give the coroutine to "
        "`asyncio.create_task(...)` or a TaskGroup and await that.",
        "failed": "Keep the task and await it, or start it in an `asyncio.TaskGroup`, which "
        "raises what its tasks raise.",
        "lost": "Keep the task and await it before the program ends, or start it in an "
        "`asyncio.TaskGroup`; if it has no end of its own, cancel it and await that.",
        "pool": "Calls stand in line there. Give it a larger limit if what it leads to can take "
        "more, or start fewer at once with an `asyncio.Semaphore`.",
        "session": "Its connections stay open. Use `async with`, or `await session.close()`.",
    }[finding.kind]


def _for_computing(finding: Finding, share: str) -> str:
    if finding.lock_free:
        return (
            f"{share}, and other threads could run meanwhile: it computes in C without the GIL. "
            "A thread will do: `await asyncio.to_thread(...)`, up to "
            f"{os.cpu_count() or 1} cores."
        )
    if not finding.lock_known:
        return (
            f"{share}: it computes. Whether it keeps the GIL is not known: too little was seen. "
            "A process will do (`ProcessPoolExecutor`); a thread only if it lets go of the GIL."
        )
    return (
        f"{share}, and kept the GIL: a thread would not help. Give it to a process: "
        "`await loop.run_in_executor(ProcessPoolExecutor(), ...)`, or do it in pieces with "
        "`await asyncio.sleep(0)` between them."
    )


def _long(finding: Finding) -> str:
    if finding.times == 1:
        return f"for {duration(finding.total_ns)}"
    total, most = duration(finding.total_ns), duration(finding.longest_ns)
    return f"{finding.times} times, {total} in all, {most} at most"
