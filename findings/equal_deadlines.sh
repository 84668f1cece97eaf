#!/bin/sh
# Guess: timers made one after the other for the same moment run in the order in which they were made.
# Seen: uvloop keeps the order. asyncio takes them from a binary heap that compares the moment alone: 12 come
#   as 0 2 6 5 11 10 9 8 7 1 3 4, the same each time. rloop scatters them too.
# Version: CPython 3.11.7, uvloop 0.23.0, rloop 0.5.0. Source: asyncio/events.py, TimerHandle.__lt__;
#   rloop's `src/event_loop.rs`, a BinaryHeap.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'uvloop==0.23.0' 'rloop==0.5.0'
cat >look.py <<'END'
import asyncio
import sys
from importlib.metadata import version

import rloop
import uvloop


async def order():
    loop = asyncio.get_running_loop()
    ran = []
    when = loop.time() + 0.05
    for number in range(12):
        loop.call_at(when, ran.append, number)
    await asyncio.sleep(0.2)
    return ran


print("CPython", sys.version.split()[0], "uvloop", version("uvloop"), "rloop", version("rloop"))
seen = {}
for name, make in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop), ("rloop", rloop.new_event_loop)):
    with asyncio.Runner(loop_factory=make) as runner:
        seen[name] = runner.run(order())
    print(name, *seen[name])
made = list(range(12))
if any(sorted(ran) != made for ran in seen.values()):
    sys.exit("changed: not every timer ran")
if (seen["asyncio"] == made, seen["uvloop"] == made, seen["rloop"] == made) != (False, True, False):
    sys.exit("changed")
END
python look.py
