#!/bin/sh
# Sees to it that PostgreSQL's programs are installed, which the suite `storage` and its tests use.
# Nothing is started here: a run starts a server of its own and stops it again.
# Nothing is installed unasked: in CI, and with ./scripts/test --system-packages, root on Debian or
# Ubuntu installs what is missing; else a line says what to type.
# With --required (for CI) their lack is an error; without it, what needs them is skipped.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
. scripts/setup.sh

missing() {
  "$VENV/bin/python" -c 'import waitbench.services.postgres as it; raise SystemExit(not it.unavailable())'
}

if missing && [ -z "${CI:-}${WAITBENCH_SYSTEM_PACKAGES:-}" ]; then
  echo "no PostgreSQL: ./scripts/test --system-packages installs it (root, apt-get install postgresql)" >&2
elif missing && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "no PostgreSQL: apt-get install postgresql" >&2
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  {
    apt-get update -q &&
      DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql
  } >"$log" 2>&1 </dev/null || tail -n 5 "$log" >&2
fi
if missing; then
  "$VENV/bin/python" -c 'import waitbench.services.postgres as it; print("skipped:", it.unavailable())' >&2
  [ "${1:-}" != --required ]
fi
