"""What must be the same on all machines of a run, and a line on what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.system import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

INTERPRETER = ("python", "implementation", "gil", "free_threaded_build", "jit")
TREE = ("commit", "dirty")
LONGEST = 60


def difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """Return in what two environments differ that must agree; None where all is the same.

    Args:
        one: as `system.environment` describes it.
        other: the one that is held against it.
    """
    for name in (*INTERPRETER, *TREE):
        if one.get(name) != other.get(name):
            return (
                f"{name.replace('_', ' ')} {_shown(one.get(name))}, not {_shown(other.get(name))}"
            )
    ours, theirs = one.get("packages") or {}, other.get("packages") or {}
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            return f"{name} {_shown(ours.get(name))}, not {_shown(theirs.get(name))}"
    return None


def here() -> dict[str, Any]:
    """Return what must agree, as it is in this process: interpreter, packages, commit."""
    return {
        **environment.interpreter(),
        "packages": environment.packages(),
        **environment.commit(),
    }


def changed(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """Return in which setting two runs differ; None where all are the same."""
    for name in sorted(one.keys() | other.keys()):
        if name != "part" and one.get(name) != other.get(name):
            return f"{name} {_shown(one.get(name))}, not {_shown(other.get(name))}"
    return None


def _shown(value: object) -> str:
    if value is None:
        return "unknown"
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
