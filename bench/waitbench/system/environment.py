"""What this machine is, as the record keeps it; `warnings` says what makes it a poor place."""

from __future__ import annotations

import os
import platform
import re
import sys
from contextlib import suppress
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from waitbench.system import cgroups, machine, python_state
from waitbench.system.checkout import CHECKOUT
from waitbench.system.warnings import MachineWarning, warnings

__all__ = [
    "MachineWarning",
    "afterwards",
    "brief",
    "commit",
    "describe",
    "interpreter",
    "packages",
    "warnings",
]

PACKAGES = (
    "waitbench",
    "aiohttp",
    "multidict",
    "yarl",
    "requests",
    "urllib3",
    "httpx",
    "httpx2",
    "niquests",
    "pyreqwest",
    "pyqwest",
    "gunicorn",
    "waitress",
    "uvicorn",
    "httptools",
    "h11",
    "starlette",
    "granian",
    "hypercorn",
    "gevent",
    "trio",
    "aiofiles",
    "aiosqlite",
    "psycopg",
    "pillow",
    "uvloop",
    "zuvloop",
    "rloop",
    "trio",
    "anyio",
    "gevent",
    "httpx2",
    "psutil",
    "pytest",
    "pytest-benchmark",
    "pyinstrument",
    "numpy",
    "pandas",
    "scipy",
)


MODULES = {"pillow": "PIL", "pytest-benchmark": "pytest_benchmark"}
"""Modules that are not called like their package."""
REPLACED = ("urllib3",)
"""Packages that another one is known to take the place of: their files are looked at."""
VERSION = re.compile(r"^__version__\b[^'\"\n]*['\"]([^'\"]+)", re.MULTILINE)


def describe(root: Path = machine.ROOT, checkout: Path | None = CHECKOUT) -> dict[str, Any]:
    """Describe machine, interpreter, packages and commit, without host or user name.

    Args:
        root: where the system's files are read from.
        checkout: the source tree whose commit is recorded.

    Returns:
        The record's `environment`; what the system does not tell is None. `load_after` and
        `pressure_after` wait for `afterwards`.
    """
    memory_bytes, available_bytes = machine.memory_bytes(root)
    return {
        "cpu": machine.cpu_model(root),
        "cores": os.cpu_count(),
        "cores_allowed": machine.cores_allowed(),
        "cgroup_cpu_quota": cgroups.cpu_quota(root),
        "governor": machine.governor(root),
        "turbo": machine.turbo(root),
        "on_battery": machine.on_battery(root),
        "virtualization": machine.virtualization(root),
        "container": machine.container(root),
        "memory_bytes": memory_bytes,
        "memory_available_bytes": available_bytes,
        "cgroup_memory_bytes": cgroups.memory_limit_bytes(root),
        "busy_before": machine.busy(root),
        "load_before": machine.load_average(),
        "load_after": None,
        "pressure_before": machine.pressure(root),
        "pressure_after": None,
        "platform": _platform(),
        **interpreter(),
        "packages": packages(),
        **commit(checkout),
    }


def brief(root: Path = machine.ROOT) -> dict[str, Any]:
    """Describe what a reader must know of machine and interpreter; it takes no time."""
    return {
        "cpu": machine.cpu_model(root),
        "cores_allowed": machine.cores_allowed(),
        **interpreter(),
    }


def _platform() -> str:
    # Only the kernel's version: what follows it may be the name of a company's own build.
    version = re.match(r"\d+(\.\d+)?", platform.release())
    release = version[0] if version else "unknown"
    return f"{platform.system()}-{release}-{platform.machine()}"


def afterwards(root: Path = machine.ROOT) -> dict[str, Any]:
    """What changes while a run goes on, to be laid over `describe` at its end."""
    return {"load_after": machine.load_average(), "pressure_after": machine.pressure(root)}


def interpreter() -> dict[str, Any]:
    """Describe the interpreter this runs in, and what slows it down."""
    return {
        **python_state.build(),
        "compiler": platform.python_compiler(),
        **python_state.now(),
        "asyncio_debug": sys.flags.dev_mode or bool(os.environ.get("PYTHONASYNCIODEBUG")),
        "traced_by": _traced_by(),
    }


def _traced_by() -> str | None:
    if os.environ.get("COVERAGE_PROCESS_START") or os.environ.get("COVERAGE_PROCESS_CONFIG"):
        return "coverage"
    monitoring = getattr(sys, "monitoring", None)
    tools = [monitoring.get_tool(number) for number in range(6)] if monitoring else []
    for name in filter(None, tools):
        return str(name)
    for hook in (sys.gettrace(), sys.getprofile()):
        if hook is not None:
            return str(getattr(hook, "__module__", None) or type(hook).__module__)
    return None


def packages() -> dict[str, str]:
    """Versions of the installed packages that a figure can depend on.

    Where another package took the module's place (niquests puts a fork in urllib3's), it is the
    version of what is imported, with the name of whose it is.
    """
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = imported(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            continue
    return versions


def imported(name: str, installed: str) -> str:
    """Return the version of a package's module, and whose that is, if it is not the package's."""
    module = sys.modules.get(MODULES.get(name, name))
    version = str(getattr(module, "__version__", None) or "")
    if module is None and name in REPLACED:
        version = _written(name)
    version = version or installed
    if version == installed:
        return installed
    owners = metadata.packages_distributions().get(MODULES.get(name, name), [])
    forks = sorted({owner for owner in owners if owner.lower() != name})
    return f"{version} of {forks[0]}" if forks else version


def _written(module: str) -> str:
    """Return the version that stands in a module's files; empty where none does."""
    spec = find_spec(module)
    for file in ("_version.py", "__init__.py"):
        for folder in (spec and spec.submodule_search_locations) or ():
            with suppress(OSError, UnicodeError):
                text = Path(folder, file).read_text(encoding="utf-8")
                if match := VERSION.search(text):
                    return match[1]
    return ""


def commit(checkout: Path | None = CHECKOUT) -> dict[str, Any]:
    """Find the commit of a source tree and whether files of it were changed since.

    Both are None outside a checkout, also for a copy installed inside somebody else's.
    """
    git = ("git", "--no-optional-locks", "-C", str(checkout))
    head = dirty = None
    if checkout and (checkout / ".git").exists():
        head = machine.answer(*git, "rev-parse", "HEAD") or None
        if head:
            changes = machine.answer(*git, "status", "--porcelain", "--untracked-files=no")
            dirty = None if changes is None else bool(changes)
    return {"commit": head, "dirty": dirty}
