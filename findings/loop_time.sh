#!/bin/sh
# Guess: `loop.time()` is `time.monotonic()`, as fine and from the same start, under every event loop.
# Seen: so it is in asyncio. uvloop counts whole milliseconds: most durations of a fast callback are 0.
#   rloop counts microseconds from the making of the loop: `loop.call_at(time.monotonic() + 1, ...)` is due
#   as many hours late as the machine is up, and stamps of two loops do not compare.
# Version: uvloop 0.23.0, rloop 0.5.0. Source: uvloop's `loop.pyx`, `_time` (libuv's `uv_now`); rloop's
#   `src/event_loop.rs`, field `epoch`.
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
import time
from importlib.metadata import version

import rloop
import uvloop


async def clock():
    loop = asyncio.get_running_loop()
    until = time.monotonic() + 0.2
    stamps = []
    while time.monotonic() < until:
        stamps.append(loop.time())
    steps = [later - earlier for earlier, later in zip(stamps, stamps[1:]) if later > earlier]
    return min(steps), abs(loop.time() - time.monotonic())


print("uvloop", version("uvloop"), "rloop", version("rloop"))
seen = {}
for name, make in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop), ("rloop", rloop.new_event_loop)):
    with asyncio.Runner(loop_factory=make) as runner:
        step, apart = seen[name] = runner.run(clock())
    print(f"{name}: smallest step {step * 1e6:.3f} us, {apart:.3f} s from time.monotonic()")
if not (seen["asyncio"][0] < 1e-4 and seen["asyncio"][1] < 1):
    sys.exit("changed: asyncio")
if not (seen["uvloop"][0] > 0.9e-3 and seen["uvloop"][1] < 1):
    sys.exit("changed: uvloop")
with asyncio.Runner(loop_factory=rloop.new_event_loop) as runner:
    begins = runner.get_loop().time()
print(f"rloop: a new loop says {begins:.6f}")
if begins > 1:
    sys.exit("changed: rloop")
END
python look.py
