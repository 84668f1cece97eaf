#!/bin/sh
# Guess: a value beyond the histogram's highest raises (Java's raises ArrayIndexOutOfBoundsException), or is
#   counted at the top.
# Seen: `record_value` returns False and drops it: 10 stalls of 100 s among 1,000 answers of 10 ms are in no
#   percentile, no maximum and no count. Up to twice the highest a value is taken: the limit is rounded up.
# Version: hdrhistogram 0.10.8. Source: `hdrh/histogram.py`, `record_value`.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'hdrhistogram==0.10.8'
cat >look.py <<'END'
import sys
from importlib.metadata import version

from hdrh.histogram import HdrHistogram

print("hdrhistogram", version("hdrhistogram"))
latencies = HdrHistogram(1, 60_000_000, 3)  # up to a minute, in microseconds
for _ in range(990):
    latencies.record_value(10_000)
answers = {latencies.record_value(100_000_000) for _ in range(10)}
top = latencies.get_value_at_percentile(100)
print(f"of 1,000: {latencies.total_count} counted, p100 {top} us, record_value returned {answers}")
beyond = HdrHistogram(1, 60_000_000, 3).record_value(61_000_000)
print(f"61 s with a highest of 60 s: {beyond}")
if not (latencies.total_count == 990 and top < 11_000 and answers == {False} and beyond is True):
    sys.exit("changed: a value beyond the highest is counted, or raises")
END
python look.py
