"""`waitbench environment`: this machine as a record describes it, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from waitbench.system import environment as machine

if TYPE_CHECKING:
    import argparse


def describe(parser: argparse.ArgumentParser) -> None:
    """Add its options."""
    parser.add_argument("--json", action="store_true", help="for machines")


def main(arguments: argparse.Namespace) -> int:
    """Print it."""
    print(environment(as_json=arguments.json))
    return 0


def environment(*, as_json: bool) -> str:
    """Describe this machine as the record does, and say what to do about what is wrong with it."""
    described = machine.describe()
    warned = machine.warnings(described)
    if as_json:
        return json.dumps(described | {"warnings": [asdict(one) for one in warned]}, indent=2)
    known = {name: fact for name, fact in described.items() if fact not in (None, {}, [])}
    lines = [f"{name.replace('_', ' '):22} {_plain(fact)}" for name, fact in known.items()]
    lines += [f"! {one.text}; {one.advice}" for one in warned]
    return "\n".join(lines if warned else [*lines, "nothing speaks against measuring here"])


def _plain(fact: object) -> str:
    if isinstance(fact, dict):
        return ", ".join(f"{name} {value}" for name, value in fact.items())
    if isinstance(fact, list):
        return ", ".join(map(str, fact))
    return str(fact)
