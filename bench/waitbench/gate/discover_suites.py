"""The benchmarks of a checkout of waitbench itself: scenarios of its suites, contestants apart."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.gate.ask_side import ask
from waitbench.gate.benchmark import SUITE, Benchmark
from waitbench.gate.worktrees import SIDES
from waitbench.scenario import Contestant, Scenario
from waitbench.system import checkout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.gate.benchmark import Side


def listed(sides: Sequence[Side]) -> list[Benchmark]:
    """List the suites' scenarios under every contestant, as each checkout has them."""
    script = str(Path(__file__).with_name("_suites.py"))
    listings = {}
    for side in sides:
        tree, package = checkout.import_path(side.root), checkout.package(side.root)
        listings[side.name] = {row["name"]: row for row in ask(side, tree, script, package)}
    benchmarks = []
    for name in dict.fromkeys([*listings["head"], *listings["base"]]):
        by_side = {
            side.name: listings[side.name][name] for side in sides if name in listings[side.name]
        }
        first = by_side.get("head") or by_side["base"]
        scenario = Scenario(**_fields(Scenario, first["scenario"]))
        contestant = Contestant(**_fields(Contestant, first["contestant"]))
        contestants = tuple(
            replace(contestant, name=side.name, python=side.python, tree=str(side.root))
            for side in sides
            if side.name in by_side
        )
        scenario = replace(
            scenario, suite=SUITE, label=name, precision=0.0, baseline=SIDES[0], weight=1.0
        )
        benchmarks.append(Benchmark(name=name, scenario=scenario, contestants=contestants))
    return benchmarks


def _fields(kind: type, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a class has a field for, of a record that another version wrote."""
    return {field.name: record[field.name] for field in fields(kind) if field.name in record}
