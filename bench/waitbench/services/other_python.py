"""Another interpreter that runs our workers: it finds waitbench, and nothing else that is ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.system import checkout
from waitbench.system.environment import interpreter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

ANSWERS_WITHIN_S = 60
ASKED = (
    "import json; from waitbench.system.environment import interpreter; "
    "print(json.dumps(interpreter()))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """Who runs workers.

    Attributes:
        python: its path.
        tree: folder from which it imports waitbench; None for this very one.
        name: implementation and version, `CPython 3.14.1`.
        gil: whether it has the lock.
        facts: what else it says of itself, as a record's `environment` has it.
    """

    python: str
    tree: str | None
    name: str
    gil: bool
    facts: Mapping[str, Any] = field(compare=False)


def own() -> Interpreter:
    """Return the interpreter that runs this."""
    return _described(sys.executable, None, interpreter())


def _described(python: str, tree: str | None, facts: Mapping[str, Any]) -> Interpreter:
    name = f"{facts['implementation']} {facts['python']}"
    return Interpreter(python=python, tree=tree, name=name, gil=bool(facts["gil"]), facts=facts)


@contextmanager
def lent(python: str | None) -> Iterator[Interpreter]:
    """Lend waitbench to an interpreter, through links that are gone when the block is left.

    Args:
        python: its path, or its name on the path; None for the one that runs this.

    Raises:
        BenchError: there is none, or it cannot run our workers; says why.
    """
    if python is None:
        yield own()
        return
    found = shutil.which(python)
    if found is None:
        raise BenchError(f"--python {python}: there is no such interpreter; give its path")
    with tempfile.TemporaryDirectory(prefix="waitbench-") as folder:
        for package in (
            checkout.PACKAGES / "waitbench",
            checkout.SERVER_PACKAGES / "waitbench_server",
        ):
            Path(folder, package.name).symlink_to(package)
        yield _described(found, folder, _asked(found, folder))


def _asked(python: str, folder: str) -> dict[str, object]:
    """Let an interpreter describe itself by our own means: so it is seen that it can run them."""
    try:
        done = subprocess.run(
            [python, "-P", "-c", ASKED],
            env={**processes.environment(), "PYTHONPATH": folder},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ANSWERS_WITHIN_S,
            check=False,
        )
        facts: dict[str, object] = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired) as refused:
        raise BenchError(f"--python {python} cannot be run: {refused}") from None
    except ValueError:
        why = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
        raise BenchError(
            f"--python {python} cannot run waitbench ({why}); give Python 3.11 or newer"
        ) from None
    return facts
