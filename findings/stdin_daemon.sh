#!/bin/sh
# Guess: a daemon thread never holds up the end of a process, whatever it is waiting for.
# Seen: one that waits in `sys.stdin.buffer.read()`, to end with whoever holds the other end, has the lock of
#   stdin: at its end the interpreter waits a second for it, then aborts (SIGABRT), after all work was done.
#   `os.read(0, ...)` holds nothing: the process ends at once, with status 0.
# Version: CPython 3.11.7, 3.14.10 and 3.15.2. Source: `Modules/_io/bufferedio.c`, `_enter_buffered_busy`.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
cat >look.py <<'END'
import subprocess
import sys
import time

WAITS = "import os, sys, threading, time\nthreading.Thread(target=lambda: {}, daemon=True).start()\ntime.sleep(0.1)"
print("CPython", sys.version.split()[0])
seen = {}
for how in ("sys.stdin.buffer.read()", "os.read(0, 1)"):
    with subprocess.Popen(
        [sys.executable, "-c", WAITS.format(how)], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        began = time.monotonic()
        status = process.wait()
        seen[how] = time.monotonic() - began, status
        complaint = process.stderr.readline().decode().strip()[:80]
    print(f"{how}: ended with {status} after {seen[how][0]:.2f} s {complaint}")
if not (seen["os.read(0, 1)"][1] == 0 and seen["sys.stdin.buffer.read()"][1] == -6):
    sys.exit("changed: a daemon thread in sys.stdin no longer aborts its process")
END
python3 look.py
