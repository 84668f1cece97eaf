"""An interpreter, as it describes itself when it is run: version, GIL, JIT, build."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.system.python_state import profile_guided

if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST = (3, 11)
WITHIN_S = 60
LINE = 120
"""Signs of what somebody else's program says."""
RUNS = ("CPython", "PyPy")
"""Implementations whose workers can be raced."""
SWITCHES = ("PYTHON_JIT", "PYTHON_GIL")
"""Variables of ours that would say for every interpreter what each is asked by its own name."""
ASKED = """
import json, platform, sys
try:
    import sysconfig
    built = sysconfig.get_config_vars()
except Exception:
    built = {}
gil, jit = getattr(sys, "_is_gil_enabled", None), getattr(sys, "_jit", None)
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "implementation": platform.python_implementation(),
    "executable": sys.executable,
    "prefix": sys.prefix,
    "base_prefix": getattr(sys, "base_prefix", sys.prefix),
    "free_threaded": bool(built.get("Py_GIL_DISABLED")),
    "gil": bool(gil()) if gil else True,
    "jit_available": bool(jit and jit.is_available()),
    "jit": bool(jit and jit.is_enabled()) or platform.python_implementation() == "PyPy",
    "debug": hasattr(sys, "gettotalrefcount"),
    "flags": dict(
        (name, built.get(name)) for name in ("PY_CFLAGS", "PY_CFLAGS_NODIST", "CONFIG_ARGS")
    ),
}))
"""
"""What it is made to run: older than waitbench itself, it must still say its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """What one says of itself.

    Attributes:
        path: as it is run.
        version: three numbers.
        implementation: CPython, PyPy or another.
        free_threaded: whether it was built to do without the GIL.
        gil: whether the GIL is on when it starts.
        jit_available: whether a JIT was compiled in that can be switched on and off.
        jit: whether that is on when it starts.
        debug: whether it was built for debugging itself.
        optimised: whether it was compiled with a profile; None where nothing says so.
        prefix: of its environment.
        base_prefix: of the interpreter behind that.
    """

    path: str
    version: tuple[int, int, int]
    implementation: str = "CPython"
    free_threaded: bool = False
    gil: bool = True
    jit_available: bool = False
    jit: bool = False
    debug: bool = False
    optimised: bool | None = None
    prefix: str = ""
    base_prefix: str = ""

    @property
    def minor(self) -> str:
        """Its version as it is asked for: 3.13t, or pypy3.11."""
        return f"{self._prefix}{self._version(2)}"

    @property
    def exact(self) -> str:
        """Its whole version as it is asked for: 3.13.0t, or pypy3.11.17."""
        return f"{self._prefix}{self.full}"

    @property
    def full(self) -> str:
        """Its whole version: 3.13.0t."""
        return self._version(3)

    @property
    def title(self) -> str:
        """What a sentence calls it: Python 3.13.0t, or PyPy 3.11.17."""
        return f"{self.implementation if self._prefix else 'Python'} {self.full}"

    @property
    def identity(self) -> tuple[object, ...]:
        """What two names of the same interpreter share, whatever environment each is in."""
        return self.base_prefix, self.version, self.implementation, self.free_threaded, self.debug

    @property
    def refusal(self) -> str | None:
        """Why it cannot take part; None if it can."""
        if self.implementation not in RUNS:
            return f"is {self.implementation}, and waitbench races {' and '.join(RUNS)}"
        if self.version[:2] < OLDEST:
            oldest = ".".join(map(str, OLDEST))
            return f"is {self.title}, too old: waitbench needs {oldest} or newer"
        return None

    @property
    def _prefix(self) -> str:
        return "" if self.implementation == "CPython" else self.implementation.lower()

    def _version(self, numbers: int) -> str:
        threaded = "t" if self.free_threaded else ""
        return ".".join(map(str, self.version[:numbers])) + threaded


def probe(path: str, environ: Mapping[str, str] | None = None) -> Interpreter:
    """Run an interpreter and let it describe itself.

    Args:
        path: of its program.
        environ: variables laid over our own.

    Raises:
        BenchError: it cannot be run, or is no Python; says why.
    """
    inherited = {
        name: value for name, value in processes.environment().items() if name not in SWITCHES
    }
    try:
        done = subprocess.run(
            [path, "-"],
            input=ASKED,
            env={**inherited, "PYTHONPATH": "", **(environ or {})},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=WITHIN_S,
            check=False,
        )
        facts = json.loads(done.stdout)
        return _read(path, facts)
    except (OSError, subprocess.TimeoutExpired) as refused:
        why = getattr(refused, "strerror", None) or str(refused)
        raise BenchError(f"cannot be run ({why})") from None
    except (ValueError, KeyError, TypeError):
        raise BenchError(f"is no Python that works ({_why(done)})") from None


def _why(done: subprocess.CompletedProcess[str]) -> str:
    """Return the line in which it says what is wrong, not where."""
    lines = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
    fatal = [line for line in lines if line.startswith("Fatal")]
    return formatting.shortened((fatal or lines[-1:])[0], LINE)


def _read(path: str, facts: Mapping[str, Any]) -> Interpreter:
    major, minor, micro = map(int, facts["version"])
    return Interpreter(
        path=path,
        version=(major, minor, micro),
        implementation=str(facts["implementation"]),
        free_threaded=bool(facts["free_threaded"]),
        gil=bool(facts["gil"]),
        jit_available=bool(facts["jit_available"]),
        jit=bool(facts["jit"]),
        debug=bool(facts["debug"]),
        optimised=profile_guided(facts["flags"]),
        prefix=str(Path(facts["prefix"]).resolve()),
        base_prefix=os.path.realpath(facts["base_prefix"]),
    )
