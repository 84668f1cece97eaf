#!/bin/sh
# Guess: PYTHON_JIT=1 before pyperf times the code under the JIT, as it does before python.
# Seen: pyperf's worker processes do not inherit the variable, so what is timed runs without the JIT, and
#   the results file says nothing of it. With `--inherit-environ=PYTHON_JIT` they do.
# Version: pyperf 2.11.0, CPython 3.15. Source: documented: workers get a short list of variables
#   (`pyperf/_utils.py`, create_environ).
# PYTHON names an interpreter with a JIT, python3.15 without it.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
python=$(command -v "${PYTHON:-python3.15}") || { echo "needs python3.15; PYTHON=… names another" >&2; exit 1; }
cd "$room"
"$python" -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'pyperf==2.11.0'
told() {
  PYTHON_JIT=1 python -m pyperf timeit --fast -q -o "$1" ${2:-} \
    -s 'import sys; sys.stderr.write(f"JIT {sys._jit.is_enabled()}\n")' 'pass' 2>&1 | grep '^JIT' | sort -u || true
}
python --version
asked=$(PYTHON_JIT=1 python -c 'import sys; print("JIT", sys._jit.is_enabled())')
workers=$(told plain.json)
handed_on=$(told inherited.json --inherit-environ=PYTHON_JIT)
echo "python itself: $asked"
echo "pyperf's workers: ${workers:-nothing}; with --inherit-environ: ${handed_on:-nothing}"
python - <<'END'
import pyperf, sys
facts = pyperf.BenchmarkSuite.load("plain.json").get_metadata()
sys.exit("changed: the file says " + ", ".join(named)) if (named := [name for name in facts if "jit" in name]) else None
END
[ "$asked/$workers/$handed_on" = "JIT True/JIT False/JIT True" ] || { echo "changed: see above" >&2; exit 1; }
