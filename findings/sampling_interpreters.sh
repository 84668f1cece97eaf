#!/bin/sh
# Guess: a RemoteUnwinder of Python's sampling profiler sees every interpreter of the process that it reads.
# Seen: those that were made after it was, it never shows: a thread that computes in one stands at
#   Interpreter._call for all its time. One made afterwards shows both.
# Version: CPython 3.15.2. Source: profiling.sampling makes one at its start and keeps it, so that a whole profile lacks them.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python=$(command -v python3.15) || { echo "needs python3.15 on the path" >&2; exit 1; }
cat >work.py <<'END'
import sys
import time


def work():
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        sum(range(1000))


if __name__ == "__main__":
    from concurrent.futures import InterpreterPoolExecutor

    sys.stdin.readline()
    pool = InterpreterPoolExecutor(1)
    pool.submit(work)
    print("works", flush=True)
    time.sleep(20)
END
cat >look.py <<'END'
import platform
import subprocess
import sys
import time

from _remote_debugging import RemoteUnwinder

print("CPython", platform.python_version())
program = subprocess.Popen(
    [sys.executable, "work.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
)
time.sleep(1)
before = RemoteUnwinder(program.pid, all_threads=True)
program.stdin.write("go\n")
program.stdin.flush()
program.stdout.readline()
time.sleep(2)
after = RemoteUnwinder(program.pid, all_threads=True)


def interpreters(unwinder):
    return sorted(each.interpreter_id for each in unwinder.get_stack_trace())


seen = interpreters(before), interpreters(after)
program.kill()
print("made before the sub-interpreter:", seen[0], "- made after it:", seen[1])
if not (len(seen[0]) == 1 and len(seen[1]) == 2):
    sys.exit("changed: an earlier one sees a later interpreter")
END
"$python" look.py
