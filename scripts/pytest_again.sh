#!/bin/sh
# Runs pytest with the options given, and of what failed up to ten tests once more: alone, one by one.
#   ./scripts/pytest_again.sh --numprocesses=3 tests/server
# A test that starts processes may fail for what else goes on in the machine; what fails for a
# reason of its own fails again. A file that cannot be collected, a stop and more failures than
# that are no accident, and stand at once.
set -eu
MOST=10
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT
trap 'exit 130' INT TERM HUP

tests() {
  python -m pytest -o cache_dir="$cache" "$@"
}

tests "$@" && exit
status=$?
[ "$status" = 1 ] || exit "$status"
failed=$(sed -n 's/^ *"\(.*\)": true,*$/  \1/p' "$cache/v/cache/lastfailed")
if [ "$(printf '%s\n' "$failed" | wc -l)" -gt "$MOST" ] || printf '%s\n' "$failed" | grep -qv ::; then
  exit "$status" # too many, or a whole file
fi
printf '== once more, alone:\n%s\n' "$failed"
tests "$@" --numprocesses=0 --last-failed
printf '== passed only when run again alone:\n%s\n' "$failed"
