"""The benchmarks of a checkout of waitbench itself: scenarios of its suites, contestants apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.gate.ask_side import answer
from waitbench.gate.benchmark import Benchmark
from waitbench.gate.worktrees import SIDES
from waitbench.scenario import Contestant, Scenario
from waitbench.system import checkout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.gate.benchmark import Side


def listed(sides: Sequence[Side]) -> list[Benchmark]:
    """List the suites' scenarios under every contestant, as each checkout has them."""
    script = str(Path(__file__).with_name("_suites.py"))
    listings = {
        side.name: {
            row["name"]: row for row in answer(side, checkout.import_path(side.root), script)
        }
        for side in sides
    }
    benchmarks = []
    for name in dict.fromkeys([*listings["head"], *listings["base"]]):
        by_side = {
            side.name: listings[side.name][name] for side in sides if name in listings[side.name]
        }
        first = by_side.get("head") or by_side["base"]
        scenario, contestant = Scenario(**first["scenario"]), Contestant(**first["entrant"])
        contestants = tuple(
            replace(contestant, name=side.name, python=side.python, tree=str(side.root))
            for side in sides
            if side.name in by_side
        )
        scenario = replace(scenario, suite=name, precision=0.0, baseline=SIDES[0], weight=1.0)
        benchmarks.append(Benchmark(name=name, scenario=scenario, contestants=contestants))
    return benchmarks
