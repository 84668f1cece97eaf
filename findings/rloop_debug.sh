#!/bin/sh
# Guess: asyncio's debug mode warns of a callback of 0.3 s, and of `call_soon` from a foreign thread, under
#   every loop, as it does under asyncio and uvloop.
# Seen: under rloop `asyncio.Runner(debug=True)` (so `asyncio.run(debug=True)` and PYTHONASYNCIODEBUG too) is
#   taken without a word and changes nothing: `get_debug()` stays False, no warning, no error, and the loop
#   has no `slow_callback_duration`. A guard that listens to these warnings finds a clean program.
# Version: rloop 0.5.0, uvloop 0.23.0. Source: the run; asyncio's is documented in "Developing with asyncio".
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'rloop==0.5.0' 'uvloop==0.23.0'
cat >look.py <<'END'
import asyncio
import logging
import sys
import threading
import time
from importlib.metadata import version

import rloop
import uvloop


async def hold():
    """Hold the loop for 0.3 s, and call it from another thread; the debug flag and that call's error."""
    loop = asyncio.get_running_loop()
    errors = []

    def call_from_outside():
        try:
            loop.call_soon(int)
        except RuntimeError as error:
            errors.append(type(error).__name__)

    await asyncio.sleep(0)
    time.sleep(0.3)
    await asyncio.sleep(0)
    thread = threading.Thread(target=call_from_outside)
    thread.start()
    thread.join()
    return loop.get_debug(), errors, hasattr(loop, "slow_callback_duration")


class Slow(logging.Handler):
    def __init__(self):
        super().__init__()
        self.warnings = 0

    def emit(self, record):
        self.warnings += "seconds" in record.getMessage()


def watched(make):
    slow = Slow()
    logging.getLogger("asyncio").addHandler(slow)
    logging.getLogger("asyncio").propagate = False
    with asyncio.Runner(debug=True, loop_factory=make) as runner:
        debug, errors, has_limit = runner.run(hold())
    logging.getLogger("asyncio").removeHandler(slow)
    return debug, slow.warnings > 0, errors, has_limit


print("rloop", version("rloop"), "uvloop", version("uvloop"))
seen = {}
for name, make in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop), ("rloop", rloop.new_event_loop)):
    seen[name] = watched(make)
    print(name, "get_debug() {}, slow callback told: {}, errors {}, slow_callback_duration {}".format(*seen[name]))
loud = True, True, ["RuntimeError"], True
if seen != {"asyncio": loud, "uvloop": loud, "rloop": (False, False, [], False)}:
    sys.exit("changed")
END
python look.py
