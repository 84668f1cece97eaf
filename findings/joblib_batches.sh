#!/bin/sh
# Guess: the last 8 tasks of half a second, over 4 workers that have nothing else to do, take about 1 s.
# Seen: they take 2 s and more on one or two of the workers, the others idle: the quick tasks before them let
#   joblib put many tasks into a batch, and a batch stays with its worker. With `batch_size=1`: about 1 s.
# Version: joblib 1.6.0 (loky). Source: documented as `batch_size="auto"`; `_parallel_backends.py`,
#   AutoBatchingMixin aims at 0.2 s a batch by the durations seen so far.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'joblib==1.6.0'
cat >look.py <<'END'
import os
import sys
import time

import joblib


def work(seconds):
    began = time.monotonic()
    time.sleep(seconds)
    return os.getpid(), began, time.monotonic()


def tail(batch_size):
    """Workers that took the last eight tasks, and the time from the first's start to the last's end."""
    tasks = [0.001] * 2000 + [0.5] * 8
    spans = joblib.Parallel(n_jobs=4, batch_size=batch_size)(joblib.delayed(work)(s) for s in tasks)[-8:]
    return len({pid for pid, _, _ in spans}), max(end for *_, end in spans) - min(began for _, began, _ in spans)


print("joblib", joblib.__version__)
workers, seconds = tail("auto")
print(f"batch_size='auto': the last 8 on {workers} of 4 workers in {seconds:.2f} s")
workers_alone, seconds_alone = tail(1)
print(f"batch_size=1: the last 8 on {workers_alone} of 4 workers in {seconds_alone:.2f} s")
if not (workers <= 2 and seconds > 1.9 and workers_alone > 2 and seconds_alone < seconds):
    sys.exit("changed: the last tasks are spread over the workers")
END
python look.py
