#!/bin/sh
# Guess: what a program's pool of processes computes is in the `user` of `time`, in os.times() and in
#   getrusage(RUSAGE_CHILDREN) once the pool has ended, as its workers are children that were waited for.
# Seen: not where a fork server makes them, the usual way from Python 3.14 on (Linux): the server waits for
#   the workers, and nobody for the server, so that 0.8 s of computing are 0.0 s in the program and some 0.06 s
#   of starting for whoever times it. `fork` and `spawn` are counted.
# Version: CPython 3.11.7, 3.14.10. Source: `Lib/multiprocessing/forkserver.py`: the server is left to end by itself when
#   its pipe closes; getrusage(2): children that have terminated and been waited for.
# PYTHON names another interpreter than python3.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
cat > pool.py <<'END'
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

def compute(seconds):
    while time.process_time() < seconds:
        pass

if __name__ == "__main__":
    with ProcessPoolExecutor(2, mp_context=get_context(sys.argv[1])) as pool:
        list(pool.map(compute, [0.4, 0.4]))
    print(sum(os.times()[2:4]))
END
cat > told.py <<'END'
import multiprocessing, os, subprocess, sys
print(sys.version.split()[0], "usual:", multiprocessing.get_start_method())
told = {}
for way in ("fork", "spawn", "forkserver"):
    before = sum(os.times()[2:4])
    done = subprocess.run([sys.executable, "pool.py", way], capture_output=True, text=True, check=True)
    told[way] = float(done.stdout), sum(os.times()[2:4]) - before
    print(f"{way}: children took {told[way][0]:.2f} s by the program's os.times(), "
          f"{told[way][1]:.2f} s with itself by its starter's")
seen = all(min(told[way]) >= 0.3 for way in ("fork", "spawn")) and told["forkserver"][0] < 0.05 and told["forkserver"][1] < 0.3
sys.exit(0 if seen else "changed: see above")
END
"${PYTHON:-python3}" told.py
