"""`waitbench environment`: this machine as a record describes it, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from waitbench.commands import _output
from waitbench.parsing import ending
from waitbench.results.foreign_text import plain
from waitbench.system import environment as machine

if TYPE_CHECKING:
    import argparse

FORMATS = ("json",)


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench environment",
        "waitbench environment --format json",
        "waitbench environment --format json -o machine.json",
    )
    _output.describe(parser, FORMATS, old=FORMATS)


def main(arguments: argparse.Namespace) -> int:
    """Print the description of this machine."""
    as_json = _output.form(arguments, FORMATS) == "json"
    written = _output.form_of_file(arguments, FORMATS)
    described = machine.describe()
    if written:
        _output.write(arguments, environment(described, as_json=True))
    print(environment(described, as_json=as_json))
    return 0


def environment(described: dict[str, Any], *, as_json: bool) -> str:
    """Return a machine as the record describes it, and what to do about what is wrong."""
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
