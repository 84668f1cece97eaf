#!/bin/sh
# Guess: line_profiler's clock is the wall clock, so the line `await asyncio.sleep(0.3)` shows 0.3 s.
# Seen: it shows some 0.04 ms. The clock of a line stops when its function yields and starts anew at the
#   next line, so all waiting is missing from the table: the line that waits longest looks like the cheapest.
# Version: line_profiler 5.1.0. Source: `_line_profiler.pyx`, what is done on return and yield events;
#   an open issue there, pyutils/line_profiler#19.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'line_profiler==5.1.0'
cat >look.py <<'END'
import asyncio
import sys
import time
from importlib.metadata import version

from line_profiler import LineProfiler

profiler = LineProfiler()


@profiler
async def work():
    await asyncio.sleep(0.3)
    time.sleep(0.1)


began = time.perf_counter()
asyncio.run(work())
took = time.perf_counter() - began
stats = profiler.get_stats()
(lines,) = stats.timings.values()
waiting, holding = (total * stats.unit for _line, _hits, total in lines)
print(f"line_profiler {version('line_profiler')}: the call took {took:.3f} s;")
print(f"await asyncio.sleep(0.3): {waiting:.6f} s; time.sleep(0.1): {holding:.6f} s")
if not (took > 0.4 and waiting < 0.1 <= holding):
    sys.exit("changed: the line that awaits shows its waiting")
END
python look.py
