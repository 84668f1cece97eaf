#!/bin/sh
# Guess: the table that `pytest --codspeed` prints and the results file that it writes give the same time.
# Seen: a sleep of 5 ms, ten iterations a round, is 0.5 ms in the table and 5 ms in the file: the table divides
#   by the iterations what was divided before.
# Version: pytest-codspeed 5.0.4. Source: `instruments/walltime.py`, where statistics are made from rounds and
#   where the table is printed.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'pytest==9.2.0' 'pytest-codspeed==5.0.4'
cat >test_sleep.py <<'END'
import time


def test_sleep(benchmark):
    benchmark.pedantic(time.sleep, args=(0.005,), rounds=5, iterations=10)
END
pytest -q --codspeed --codspeed-mode=walltime test_sleep.py | tee table.txt
cat >look.py <<'END'
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

print("pytest-codspeed", version("pytest-codspeed"))
(path,) = Path(".codspeed").glob("results_*.json")
(row,) = json.loads(path.read_text())["benchmarks"]
in_file = row["stats"]["min_ns"] / 1e6
shown, unit = re.search(r"test_sleep\W+([\d.]+)\s*(ms|µs|us)", Path("table.txt").read_text()).groups()
in_table = float(shown) * (1 if unit == "ms" else 1e-3)
print(f"file: {in_file:.3f} ms, table: {in_table:.3f} ms")
if not (in_file >= 5 and 0.09 < in_table / in_file < 0.12):
    sys.exit("changed: file and table agree")
END
python look.py
