"""Asking a side, in its own interpreter and folder; it answers in JSON."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from waitbench.gate import opened_files
from waitbench.results.foreign_text import plain, plain_document
from waitbench.scenario import BenchError
from waitbench.services import processes

if TYPE_CHECKING:
    from waitbench.gate.benchmark import Side

ANSWERED_WITHIN_S = 120


def ask(side: Side, tree: str, *arguments: str) -> Any:
    """Run a side's interpreter and return the JSON on its last line.

    Raises:
        BenchError: it cannot be run, or prints something else.
    """
    variables = {**processes.environment(), "PYTHONPATH": tree}
    if side.opened is not None:
        variables = opened_files.watched(variables, side.opened)
    try:
        process = subprocess.run(
            [side.python, "-P", *arguments],
            cwd=side.root,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ANSWERED_WITHIN_S,
            check=False,
        )
    except OSError as refused:
        raise BenchError(f"{side.name} needs the interpreter {side.python}: {refused}") from None
    except subprocess.TimeoutExpired:
        raise BenchError(
            f"{side.name} did not say within {ANSWERED_WITHIN_S} s which benchmarks it has: "
            "does its file do too much when it is imported?"
        ) from None
    try:
        return plain_document(json.loads(process.stdout.strip().rpartition("\n")[2]))
    except ValueError:
        last_line = plain((process.stderr.strip() or process.stdout.strip()).rpartition("\n")[2])
        raise BenchError(
            f"{side.name} did not say which benchmarks it has ({last_line or 'nothing printed'}); "
            f"does {side.python} run Python 3.11 or newer?"
        ) from None
