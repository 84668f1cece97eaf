"""`waitbench environment`: this machine as a record describes it, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from waitbench.results.foreign_text import plain
from waitbench.system import environment as machine

if TYPE_CHECKING:
    import argparse


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--json", action="store_true", help="for machines")


def main(arguments: argparse.Namespace) -> int:
    """Print the description of this machine."""
    print(environment(as_json=arguments.json))
    return 0


def environment(*, as_json: bool) -> str:
    """Return this machine as the record describes it, and what to do about what is wrong."""
    described = machine.describe()
    warned = machine.warnings(described)
    if as_json:
        return json.dumps(
            described | {"warnings": [asdict(warning) for warning in warned]}, indent=2
        )
    facts = {name: fact for name, fact in described.items() if fact not in (None, {}, [])}
    lines = [f"{name.replace('_', ' '):22} {_listed(fact)}" for name, fact in facts.items()]
    lines += [f"! {warning.text}; {warning.advice}" for warning in warned]
    if not warned:
        lines.append("nothing speaks against measuring here")
    return "\n".join(map(plain, lines))


def _listed(fact: object) -> str:
    if isinstance(fact, dict):
        return ", ".join(f"{name} {value}" for name, value in fact.items())
    if isinstance(fact, list):
        return ", ".join(map(str, fact))
    return str(fact)
