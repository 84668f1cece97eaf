"""`3.13,3.15t,3.15+jit,/opt/python` in, the builds that race out, each under a name of its own."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.pythons import found
from waitbench.pythons.interpreter import Interpreter, probe
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERSION = re.compile(r"(pypy)?(\d+)\.(\d+)(?:\.(\d+))?(t?)$", re.ASCII)
SETTING = re.compile(r"[A-Z_][A-Z0-9_]*=\S*$", re.ASCII)
VARIANTS: Mapping[str, Mapping[str, str]] = {
    "jit": {"PYTHON_JIT": "1"},
    "nojit": {"PYTHON_JIT": "0"},
    "gil": {"PYTHON_GIL": "1"},
    "nogil": {"PYTHON_GIL": "0"},
}
"""Switches of one interpreter, by what stands behind its name."""
EXPECTS: Mapping[str, tuple[str, bool]] = {
    "jit": ("jit", True),
    "nojit": ("jit", False),
    "gil": ("gil", True),
    "nogil": ("gil", False),
}
HINT = "`waitbench list --pythons` says what is here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """An interpreter under its switches: one column of the tables.

    Attributes:
        label: its name, unique in a run: `3.15+jit`.
        interpreter: what runs.
        environ: variables of its workers.
        expects: what its workers must say of themselves after each round.
    """

    label: str
    interpreter: Interpreter
    environ: Mapping[str, str] = field(default_factory=dict)
    expects: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What became of all that was asked for.

    Attributes:
        builds: those that race, in the order in which they were named.
        refused: a line for each name that does not, with why.
    """

    builds: Sequence[Build]
    refused: Sequence[str] = ()


def choose(text: str) -> Choice:
    """Find each interpreter that is named; what cannot be had is a line, the rest stays.

    Raises:
        BenchError: nothing is left.
    """
    builds: list[Build] = []
    refused: list[str] = []
    taken: dict[tuple[object, ...], Build] = {}
    for name in dict.fromkeys(filter(None, (part.strip() for part in text.split(",")))):
        try:
            build = _build(name)
        except BenchError as wrong:
            refused.append(f"--python {name}: {wrong}")
            continue
        key = (build.interpreter.identity, tuple(sorted(build.environ.items())))
        if key in taken:
            twin = taken[key].label
            refused.append(f"--python {name}: is the same interpreter as {twin}; it races once")
            continue
        taken[key] = _named_apart(build, builds)
        builds.append(taken[key])
    if not builds:
        raise BenchError("; ".join(refused) or f"--python names no interpreter; {HINT}")
    return Choice(builds=tuple(builds), refused=tuple(refused))


def _build(name: str) -> Build:
    """Return the build that one name means.

    Raises:
        BenchError: there is no such one, or it cannot take part.
    """
    wanted, *variants = name.split("+")
    interpreter = _interpreter(wanted)
    if interpreter.refusal:
        raise BenchError(interpreter.refusal)
    environ, expects = _switched(variants)
    if interpreter.jit_available:
        environ.setdefault("PYTHON_JIT", "0")
    if {"jit", "nojit"} & set(variants) and interpreter.jit and not interpreter.jit_available:
        raise BenchError("has a JIT that is always on; name it without that")
    if "jit" in variants and not interpreter.jit_available:
        raise BenchError("was built without a JIT")
    if interpreter.free_threaded:
        expects.setdefault("gil", False)
    switched = probe(interpreter.path, environ) if environ else interpreter
    if variants and expects.get("gil") is not None and switched.gil is not expects["gil"]:
        raise BenchError(f"has the GIL {'on' if switched.gil else 'off'}, whatever it is told")
    label = "+".join((wanted if VERSION.match(wanted) else switched.minor, *variants))
    return Build(label=label, interpreter=switched, environ=environ, expects=expects)


def _switched(variants: Sequence[str]) -> tuple[dict[str, str], dict[str, bool]]:
    environ: dict[str, str] = {}
    expects: dict[str, bool] = {}
    for variant in variants:
        if variant in VARIANTS:
            environ.update(VARIANTS[variant])
            fact, state = EXPECTS[variant]
            expects[fact] = state
        elif SETTING.match(variant):
            key, _, value = variant.partition("=")
            environ[key] = value
        else:
            allowed = formatting.listing([f"+{variant}" for variant in VARIANTS])
            raise BenchError(
                f"there is no variant +{variant}; there are {allowed}, and +NAME=VALUE"
            )
    return environ, expects


def _interpreter(wanted: str) -> Interpreter:
    """Return the interpreter of a version, a path or a name on the path.

    Raises:
        BenchError: there is none.
    """
    if version := VERSION.match(wanted):
        for here in found.everything():
            if isinstance(here, Interpreter) and _fits(here, version):
                return here
        there = sorted(
            {each.minor for each in found.here()}, key=lambda name: (_numbers(name), name)
        )
        raise BenchError(f"there is none here; there are {', '.join(there)} ({HINT})")
    path = shutil.which(wanted)
    if path is None:
        what = "no such file" if "/" in wanted else "no such program on the path"
        raise BenchError(f"there is {what}; {HINT}")
    if Path(path).parent.name == "shims":
        raise BenchError("is pyenv's stand-in for several; name the version, such as 3.13")
    return probe(path)


def _fits(interpreter: Interpreter, version: re.Match[str]) -> bool:
    pypy, major, minor, micro, threaded = version.groups()
    wanted = [int(major), int(minor), *([int(micro)] if micro else [])]
    return (
        list(interpreter.version[: len(wanted)]) == wanted
        and interpreter.free_threaded is bool(threaded)
        and interpreter.implementation == ("PyPy" if pypy else "CPython")
    )


def _numbers(label: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", label)]


def _named_apart(build: Build, others: Sequence[Build]) -> Build:
    """Return it with a longer name where another one has its own."""
    labels = {other.label for other in others}
    _, plus, variants = build.label.partition("+")
    names = [build.label, f"{build.interpreter.exact}{plus}{variants}"]
    names += [f"{build.interpreter.exact}-{number}{plus}{variants}" for number in range(2, 100)]
    return replace(build, label=next(name for name in names if name not in labels))
