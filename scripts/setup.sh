# Sourced by the scripts beside it, from the checkout's folder: sets VENV to a virtual environment
# with the packages of LOCK (requirements.lock, which holds all), made when it is missing or stale.
# WAITBENCH_PYTHON names the interpreter, WAITBENCH_VENV the folder. A second call takes 0.1 s.
VENV=${WAITBENCH_VENV:-.venv}
LOCK=${WAITBENCH_LOCK:-requirements.lock}

find_python() {
  if [ -n "${WAITBENCH_PYTHON:-}" ]; then
    set -- "$WAITBENCH_PYTHON"
  else
    set -- python3 python3.15 python3.14 python3.13 python3.12 python3.11
  fi
  for candidate; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  echo "waitbench needs Python 3.11 or newer and found none as: $*;" \
    "install one, or set WAITBENCH_PYTHON=/path/to/python3" >&2
  return 2
}

# What the environment depends on: the packages, our own metadata, the place.
wanted=$(
  cksum <requirements.lock
  cksum <pyproject.toml
  pwd -P
  cksum <requirements-bench.lock
)
# What needs few packages finds them where all are installed, too.
ready() {
  "$VENV/bin/python" -I -c 'import waitbench' 2>/dev/null || return 1
  case $(cat "$VENV/.waitbench" 2>/dev/null) in
    "$wanted
requirements.lock" | "$wanted
$LOCK") ;;
    *) return 1 ;;
  esac
}
# An interpreter that was asked for by name is compared in make_venv.py.
# The import fails when the interpreter behind the environment was removed or replaced.
if [ -n "${WAITBENCH_PYTHON:-}" ] || ! ready; then
  python=$(find_python) || exit 2
  "$python" scripts/make_venv.py "$VENV" "$wanted" "$LOCK" || exit 2
fi
