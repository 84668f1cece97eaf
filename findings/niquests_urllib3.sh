#!/bin/sh
# Guess: installing niquests beside requests leaves urllib3, which another package asked for, as it is.
# Seen: urllib3's folder now holds a fork (urllib3-future); `requests` runs on it. `importlib.metadata`, so also
#   `pip list` and `pip check`, still says urllib3 2.8.0, and installing that version again does nothing.
#   Only `urllib3.__version__` tells.
# Version: niquests 3.21.2, urllib3-future 2.25.904. Source: the documentation of urllib3-future.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'requests==2.34.2' 'urllib3==2.8.0'
cat >look.py <<'END'
from importlib.metadata import version

import requests
import urllib3

assert requests.adapters.PoolManager is urllib3.PoolManager
print("metadata", version("urllib3"), "module", urllib3.__version__)
END
before=$(python look.py)
pip install -q 'niquests==3.21.2' 'urllib3-future==2.25.904'
after=$(python look.py)
pip check
pip install -q 'urllib3==2.8.0'
again=$(python look.py)
echo "urllib3 before niquests: $before"
echo "urllib3 after niquests: $after"
echo "urllib3 2.8.0 installed again: $again"
[ "$before" = "metadata 2.8.0 module 2.8.0" ] || exit 1
[ "$after" = "metadata 2.8.0 module 2.25.904" ] || exit 1
[ "$again" = "$after" ]
