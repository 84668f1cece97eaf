"""Prints the scenarios and contestants of a checkout's own suites as JSON; run by its path, in it.

The code that it asks may be years older than this file: it uses nothing but the lists of a suite.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import pkgutil
import sys
from dataclasses import asdict
from typing import Any

USUAL = ("sync", "threads", "processes", "asyncio")
LISTS = ("SCENARIOS", "FULL")


def listed() -> list[dict[str, Any]]:
    """Return each scenario of the suites with each of its contestants."""
    package = "waitbench" if importlib.util.find_spec("waitbench") else "bench"
    suites = importlib.import_module(f"{package}.suites")
    nouns = importlib.import_module(f"{package}.scenario")
    # Until its packages were renamed, a checkout called a contestant an entrant.
    usual = (getattr(nouns, "Contestant", None) or nouns.Entrant).of

    rows = {}
    for module in pkgutil.iter_modules(suites.__path__):
        if not module.name.startswith("test_"):
            continue
        suite = importlib.import_module(f"{package}.suites.{module.name}")
        for scenario in (scenario for name in LISTS for scenario in getattr(suite, name, ())):
            own = getattr(suite, "contestants", None) or getattr(suite, "entrants", None)
            models = (*USUAL, *scenario.controls)
            contestants = list(own(scenario)) if own else [usual(model) for model in models]
            for contestant in contestants:
                name = f"{scenario.suite}/{scenario.name}/{contestant.name}"
                rows[name] = {"scenario": asdict(scenario), "entrant": asdict(contestant)}
    return [{"name": name, **row} for name, row in rows.items()]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(listed()))
