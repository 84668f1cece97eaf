#!/bin/sh
# Guess: `await asyncio.sleep(0.0014)` takes at least 1.4 ms, whatever the loop.
# Seen: under uvloop it takes 1.0 to 1.2 ms, nearly every time: delays are rounded to whole milliseconds, down as
#   well as up. asyncio, rloop and trio never end before their time.
# Version: uvloop 0.23.0, rloop 0.5.0, trio 0.35.0. Source: uvloop's `loop.pyx`, `call_later` (`round(delay * 1000)`).
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'uvloop==0.23.0' 'rloop==0.5.0' 'trio==0.35.0'
cat >look.py <<'END'
import asyncio
import sys
import time
from importlib.metadata import version

import rloop
import trio
import uvloop

ASKED_S, TIMES = 0.0014, 100


async def early(sleep):
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await sleep(ASKED_S)
        took.append(time.perf_counter() - began)
    return sum(seconds < ASKED_S for seconds in took), sorted(took)[TIMES // 2]


print("uvloop", version("uvloop"), "rloop", version("rloop"), "trio", version("trio"))
seen = {"trio": trio.run(early, trio.sleep)}
for name, make in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop), ("rloop", rloop.new_event_loop)):
    with asyncio.Runner(loop_factory=make) as runner:
        seen[name] = runner.run(early(asyncio.sleep))
for name, (count, middle) in seen.items():
    print(f"{name}: {count} of {TIMES} sleeps of 1.4 ms ended early, the middle one after {1e3 * middle:.2f} ms")
if seen["uvloop"][0] < TIMES // 2 or any(seen[name][0] for name in ("asyncio", "rloop", "trio")):
    sys.exit("changed")
END
python look.py
