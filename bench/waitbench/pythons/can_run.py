"""What of a run an interpreter can take part in, asked of itself, with its own packages.

`python -P -m waitbench.pythons.can_run` reads a list of [workload, model, needs] as JSON and
answers with a list of [reason, module]: null where there is none; the module is what the reason
lacks, where it lacks one. What is to be imported is imported: a package may be whole and of no use
without another one.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

from waitbench.registry import fit, optional
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.system import checkout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.scenario import Contestant, Scenario

WITHIN_S = 120
Lack = tuple[str | None, str | None]
"""Why not, None if it can; and the module that is missing, if it is one."""


def reasons(
    python: str, environ: Mapping[str, str], rows: Sequence[tuple[Scenario, Contestant]]
) -> list[Lack]:
    """Return why each contestant cannot take part under an interpreter, and what it lacks.

    Raises:
        BenchError: it cannot run waitbench at all.
    """
    asked = [[scenario.workload, each.model, each.needs] for scenario, each in rows]
    try:
        done = subprocess.run(
            [python, "-P", "-m", "waitbench.pythons.can_run"],
            input=json.dumps(asked),
            env={**processes.environment(), "PYTHONPATH": checkout.import_path(), **environ},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=WITHIN_S,
            check=False,
        )
        answers = [(reason, module) for reason, module in json.loads(done.stdout)]
    except (OSError, subprocess.TimeoutExpired) as refused:
        raise BenchError(f"cannot be run ({refused})") from None
    except ValueError:
        lines = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise BenchError(f"cannot run waitbench ({lines[-1]})") from None
    return answers


def _reason(workload: str, model: str, needs: str | None) -> Lack:
    try:
        modules = fit.libraries(workload, model)
    except BenchError as missing:
        top = getattr(missing.__cause__, "name", None)
        return str(missing), top
    for module in filter(None, (needs, *modules)):
        if lack := _import(module):
            return lack
    return fit.clash(workload, model), None


@cache
def _import(module: str) -> Lack | None:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as missing:
        name = (missing.name or module).partition(".")[0]
        return optional.cure(name), name
    except ImportError as broken:
        return f"{module} cannot be imported: {broken}", None
    return None


if __name__ == "__main__":
    print(json.dumps([_reason(*row) for row in json.load(sys.stdin)]))  # noqa: T201 - its answer
