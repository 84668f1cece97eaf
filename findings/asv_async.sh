#!/bin/sh
# Guess: asv awaits `async def time_x`, or refuses it.
# Seen: it times the making of a coroutine that is never awaited: a sleep of 0.1 s is a benchmark of some
#   microseconds, exit status 0, and the RuntimeWarning is shown with --show-stderr alone. A generator likewise.
# Version: asv 0.6.6, asv_runner 0.3.2. Source: `asv_runner/benchmarks/time.py` gives the function to
#   timeit.Timer, as it is.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'asv==0.6.6' 'asv_runner==0.3.2'
mkdir -p repo/benchmarks
cd repo
cat >asv.conf.json <<'END'
{"version": 1, "project": "waits", "repo": ".", "branches": ["HEAD"], "environment_type": "existing",
 "benchmark_dir": "benchmarks", "results_dir": "results"}
END
touch benchmarks/__init__.py
cat >benchmarks/waits.py <<'END'
import asyncio
import time


async def time_async():
    await asyncio.sleep(0.1)


def time_generator():
    time.sleep(0.1)
    yield


def time_plain():
    time.sleep(0.1)
END
git init -q .
git add .
git -c user.name=a -c user.email=a@example.org commit -qm "Benchmarks"
asv machine --yes --machine here >asv.log 2>&1
asv run --quick --machine here --python=same --set-commit-hash "$(git rev-parse HEAD)"
cat >look.py <<'END'
import json
import sys
from importlib.metadata import version
from pathlib import Path

print("asv", version("asv"), "asv_runner", version("asv_runner"))
(path,) = Path("results/here").glob("*-existing-*.json")
results = json.loads(path.read_text())["results"]
seconds = {name.removeprefix("waits.time_"): row[0][0] for name, row in results.items()}
for name, value in seconds.items():
    print(f"{name}: {value:.6f} s")
if not (seconds["async"] < 0.05 and seconds["generator"] < 0.05 and seconds["plain"] >= 0.1):
    sys.exit("changed: asv no longer times the making of a coroutine")
END
python look.py
