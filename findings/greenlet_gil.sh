#!/bin/sh
# Guess: a package whose wheel is for a free-threaded Python leaves the GIL off.
# Seen: importing greenlet switches it on for the whole process, with a RuntimeWarning that most programs
#   never show: every thread in it takes turns again, and whatever is timed is not what was asked for.
# Version: greenlet 3.2.4, CPython 3.13t. Source: `Py_mod_gil` is not declared by greenlet's module; CPython's
#   free-threading guide for extensions says what then happens.
# PYTHON names a free-threaded interpreter, python3.13t without it.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
python=$(command -v "${PYTHON:-python3.13t}") || { echo "needs python3.13t; PYTHON=… names another" >&2; exit 1; }
cd "$room"
"$python" -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'greenlet==3.2.4'
cat >look.py <<'END'
import sys
import warnings

warnings.simplefilter("ignore")
before = sys._is_gil_enabled()
import greenlet

after = sys._is_gil_enabled()
print(f"greenlet {greenlet.__version__}, Python {sys.version.split()[0]}: GIL {before} before the import, {after} after it")
if before or not after:
    sys.exit("changed: importing greenlet leaves the GIL as it was")
END
python look.py
