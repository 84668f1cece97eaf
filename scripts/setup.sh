# Sourced by the scripts beside it, from the checkout's folder: sets VENV to a virtual environment
# with the packages of requirements.lock, made when it is missing or stale.
# WAITBENCH_PYTHON names the interpreter, WAITBENCH_VENV the folder. A second call takes 0.1 s.
VENV=${WAITBENCH_VENV:-.venv}

find_python() {
  if [ -n "${WAITBENCH_PYTHON:-}" ]; then
    set -- "$WAITBENCH_PYTHON"
  else
    set -- python3 python3.14 python3.13 python3.12 python3.11
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
)
# An interpreter that was asked for by name is compared in make_venv.py.
# The import fails when the interpreter behind the environment was removed or replaced.
if [ -n "${WAITBENCH_PYTHON:-}" ] || [ "$(cat "$VENV/.waitbench" 2>/dev/null)" != "$wanted" ] ||
  ! "$VENV/bin/python" -I -c 'import waitbench' 2>/dev/null; then
  python=$(find_python) || exit 2
  "$python" scripts/make_venv.py "$VENV" "$wanted" || exit 2
fi
