#!/bin/sh
# Guess: where a loop stood still, a limit of 50 ms runs out or does not, whatever the framework: the answer came
#   after 20 ms, and the limit passed long before the loop could look at either.
# Seen: `asyncio.timeout` raises though the answer lies at the socket, and though a sleep was due before the limit.
#   trio raises for the sleep and takes the answer from the socket. AnyIO (on asyncio) and gevent take both.
# Version: CPython 3.11.7, anyio 4.16.0, trio 0.35.0, gevent 26.9.0. Source: asyncio/base_events.py, `_run_once`: all
#   timers that are due run before a task that the answer woke.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'anyio==4.16.0' 'trio==0.35.0' 'gevent==26.9.0'
cat >look.py <<'END'
import asyncio
import socket
import sys
import threading
import time
from importlib.metadata import version

import anyio
import gevent
import gevent.socket
import trio

ANSWER_S, LIMIT_S, HOLD_S = 0.02, 0.05, 0.2


def answered_soon():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    threading.Timer(ANSWER_S, theirs.send, [b"1"]).start()
    return ours, theirs


async def on_asyncio(kind):
    loop = asyncio.get_running_loop()
    ours, theirs = answered_soon()
    loop.call_soon(time.sleep, HOLD_S)
    try:
        async with asyncio.timeout(LIMIT_S):
            await (asyncio.sleep(ANSWER_S) if kind == "sleep" else loop.sock_recv(ours, 1))
    except TimeoutError:
        return "ran out"
    return "in time"


async def structured(kind, library, group):
    ours, theirs = answered_soon()

    async def hold():
        time.sleep(HOLD_S)

    async with group() as tasks:
        tasks.start_soon(hold)
        with library.move_on_after(LIMIT_S) as scope:
            if kind == "sleep":
                await library.sleep(ANSWER_S)
            else:
                await (library if library is anyio else library.lowlevel).wait_readable(ours)
    return "ran out" if scope.cancelled_caught else "in time"


def on_gevent(kind):
    ours, theirs = answered_soon()
    gevent.spawn(time.sleep, HOLD_S)
    try:
        with gevent.Timeout(LIMIT_S):
            gevent.sleep(ANSWER_S) if kind == "sleep" else gevent.socket.wait_read(ours.fileno())
    except gevent.Timeout:
        return "ran out"
    return "in time"


print("CPython", sys.version.split()[0], *(f"{name} {version(name)}" for name in ("anyio", "trio", "gevent")))
seen = {}
for kind in ("sleep", "socket"):
    seen["asyncio", kind] = asyncio.run(on_asyncio(kind))
    seen["anyio", kind] = anyio.run(structured, kind, anyio, anyio.create_task_group)
    seen["trio", kind] = trio.run(structured, kind, trio, trio.open_nursery)
    seen["gevent", kind] = on_gevent(kind)
for (name, kind), what in sorted(seen.items()):
    print(f"{name}, {kind}: the limit of 50 ms {what if what == 'ran out' else 'held'}")
late = {place for place, what in seen.items() if what == "ran out"}
if late != {("asyncio", "sleep"), ("asyncio", "socket"), ("trio", "sleep")}:
    sys.exit("changed")
END
python look.py
