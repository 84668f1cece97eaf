"""Asking sides, each in its own interpreter and folder; they answer in JSON."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from waitbench.gate import opened_files
from waitbench.results.foreign_text import plain, plain_document
from waitbench.scenario import BenchError
from waitbench.services import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from waitbench.gate.benchmark import Side

ANSWERED_WITHIN_S = 120


def ask(side: Side, tree: str, *arguments: str) -> Any:
    """Run a side's interpreter and return the JSON on its last line.

    Raises:
        BenchError: it cannot be run, or prints something else.
    """
    (answer,) = ask_each([side], tree, lambda _side: arguments)
    return answer


def ask_each(
    sides: Sequence[Side], tree: str, arguments: Callable[[Side], Sequence[str]]
) -> list[Any]:
    """Run the interpreters of several sides at once; return the JSON on the last line of each.

    Args:
        sides: that are asked.
        tree: folder that they import from.
        arguments: of a side's interpreter.

    Raises:
        BenchError: one cannot be run, or prints something else.
    """
    with ExitStack() as stack:
        begun = [stack.enter_context(_begun(side, tree, arguments(side))) for side in sides]
        return [_answer(side, process) for side, process in zip(sides, begun, strict=True)]


@contextmanager
def _begun(side: Side, tree: str, arguments: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """Start a side's interpreter, which is gone at the end of the block."""
    variables = {**processes.environment(), "PYTHONPATH": tree}
    if side.opened is not None:
        variables = opened_files.watched(variables, side.opened)
    try:
        process = subprocess.Popen(
            [side.python, "-P", *arguments],
            cwd=side.root,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
    except OSError as refused:
        raise BenchError(f"{side.name} needs the interpreter {side.python}: {refused}") from None
    with process:
        try:
            yield process
        finally:
            process.kill()


def _answer(side: Side, process: subprocess.Popen[str]) -> Any:
    try:
        printed, complaints = process.communicate(timeout=ANSWERED_WITHIN_S)
    except subprocess.TimeoutExpired:
        raise BenchError(
            f"{side.name} did not say within {ANSWERED_WITHIN_S} s which benchmarks it has: "
            "does its file do too much when it is imported?"
        ) from None
    try:
        return plain_document(json.loads(printed.strip().rpartition("\n")[2]))
    except ValueError:
        last_line = plain((complaints.strip() or printed.strip()).rpartition("\n")[2])
        raise BenchError(
            f"{side.name} did not say which benchmarks it has ({last_line or 'nothing printed'}); "
            f"does {side.python} run Python 3.11 or newer?"
        ) from None
