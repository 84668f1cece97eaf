"""What asv keeps beside its results: each benchmark's code, and whether that is what is timed."""

from __future__ import annotations

import ast
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from waitbench.results.foreign import mapping, text

if TYPE_CHECKING:
    from waitbench.results.foreign import ForeignRun

TIMES = "time_"
SUSPENDED = {
    "async": "its function is a coroutine function: asv timed making the coroutine, and awaited "
    "nothing",
    "generator": "its function is a generator: asv timed making it, and nothing in it ran",
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def remarked(run: ForeignRun, listed: Any) -> ForeignRun:
    """Return a run in which each benchmark that asv does not really run says so.

    Args:
        run: as its results have it.
        listed: what `benchmarks.json` in the folder above them holds.
    """
    kinds = {
        name: kind
        for name, entry in mapping(listed).items()
        if (kind := _kind(name, text(mapping(entry).get("code"))))
    }
    return replace(
        run,
        benchmarks=tuple(
            replace(benchmark, remarks=(*benchmark.remarks, SUSPENDED[kinds[name]]))
            if (name := benchmark.name.partition("(")[0]) in kinds
            else benchmark
            for benchmark in run.benchmarks
        ),
    )


def _kind(name: str, code: str) -> str | None:
    """Return what kind of function a benchmark of time is that does nothing when it is called."""
    method = name.rpartition(".")[2]
    if not method.startswith(TIMES):
        return None
    try:
        tree = ast.parse(dedent(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef) and node.name == method:
            return "async"
        if isinstance(node, ast.FunctionDef) and node.name == method and _yields(node):
            return "generator"
    return None


def _yields(function: ast.AST) -> bool:
    """Check for a `yield` of its own, not of a function within it."""
    return any(
        isinstance(node, ast.Yield | ast.YieldFrom)
        or (not isinstance(node, FUNCTIONS) and _yields(node))
        for node in ast.iter_child_nodes(function)
    )
