"""What the interpreter that runs this is: its build, and whether GIL and JIT are on right now."""

from __future__ import annotations

import multiprocessing
import os
import platform
import subprocess
import sys
import sysconfig
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

IMPORTS_WITHIN_S = 60
TOOLS = 6
"""Places for tools of `sys.monitoring`."""
PROBE = """
import importlib, sys, warnings
warnings.simplefilter("ignore")
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception:
        continue
    if sys._is_gil_enabled():
        print("importing", name)
        break
"""
"""Imports one after another, until one has switched the GIL on."""


def build() -> dict[str, Any]:
    """Return what does not change while it runs."""
    jit = getattr(sys, "_jit", None)
    lazy = getattr(sys, "get_lazy_imports", None)
    variables = sysconfig.get_config_vars()
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "free_threaded_build": bool(variables.get("Py_GIL_DISABLED")),
        "jit_available": bool(jit and jit.is_available()),
        "profile_guided": profile_guided(variables),
        "debug_build": hasattr(sys, "gettotalrefcount"),
        "lazy_imports": lazy() if lazy else None,
        "start_method": start_method(),
        "default_start_method": multiprocessing.get_all_start_methods()[0],
    }


def now() -> dict[str, Any]:
    """Return what may have changed: the GIL, which an import can switch on, and the JIT.

    Where the GIL is on in an interpreter that is built to do without, it says what did that; and
    where a tool follows what runs by `sys.monitoring`, whose it is.
    """
    state: dict[str, Any] = {"gil": gil(), "jit": jit()}
    if tool := monitored_by():
        state["monitored_by"] = tool
    if state["gil"] and sysconfig.get_config_var("Py_GIL_DISABLED"):
        state["gil_on_by"] = gil_on_by(tuple(_extensions()))
    return state


def monitored_by() -> str | None:
    """Return the name of a tool that is registered with `sys.monitoring`; None without one."""
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        return None
    names = (monitoring.get_tool(number) for number in range(TOOLS))
    return next((str(name) for name in names if name), None)


def gil() -> bool:
    """Whether one thread at a time runs Python code."""
    enabled = getattr(sys, "_is_gil_enabled", None)
    return bool(enabled()) if enabled else True


def jit() -> bool | None:
    """Whether a JIT compiles what runs often; None where none could. PyPy's always does."""
    compiler = getattr(sys, "_jit", None)
    if compiler is None:
        return True if platform.python_implementation() == "PyPy" else None
    return bool(compiler.is_enabled())


def start_method() -> str:
    """How `models/processes.py` starts its children; not what Python would do unasked."""
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def profile_guided(variables: Mapping[str, Any]) -> bool | None:
    """Whether its compiler was told by a profile where the time goes; None where nothing says so.

    Distributions may do that in steps of their own; they are known by flags for safety's sake.
    """
    flags = f"{variables.get('PY_CFLAGS') or ''} {variables.get('PY_CFLAGS_NODIST') or ''}"
    configured = variables.get("CONFIG_ARGS")
    if "--enable-optimizations" in (configured or "") or "-fprofile" in flags:
        return True
    return None if not configured or "-fstack-protector" in flags else False


@cache
def gil_on_by(extensions: Sequence[str]) -> str | None:
    """Return what switched the GIL on: `importing greenlet._greenlet`; None where nothing shows.

    The extension modules are imported again in their order, one after another, in a process of its
    own, until the GIL is on there too.
    """
    if os.environ.get("PYTHON_GIL") == "1" or sys._xoptions.get("gil") == "1":  # noqa: SLF001
        return "a setting of its environment"
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", PROBE, *extensions],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=IMPORTS_WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None


def _extensions() -> list[str]:
    """Return the names of the extension modules that are loaded, in the order of their imports."""
    return [
        name
        for name, module in sys.modules.copy().items()
        if str(getattr(module, "__file__", None) or "").endswith(tuple(EXTENSION_SUFFIXES))
    ]
