"""Prints the scenarios and contestants of a checkout's own suites as JSON; run by its path, in it.

Its argument is the name of the checkout's own package. The code that it asks may be years older
than this file: it uses nothing but the lists of a suite.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from dataclasses import asdict
from typing import Any

USUAL = ("sync", "threads", "processes", "asyncio")
LISTS = ("SCENARIOS", "FULL")


def listed(package: str) -> list[dict[str, Any]]:
    """Return each scenario of the suites with each of its contestants."""
    suites = importlib.import_module(f"{package}.suites")
    rows = {}
    for module in pkgutil.iter_modules(suites.__path__):
        if not module.name.startswith("test_"):
            continue
        suite = importlib.import_module(f"{package}.suites.{module.name}")
        for scenario in (scenario for name in LISTS for scenario in getattr(suite, name, ())):
            # An older checkout called its contestants entrants.
            own = getattr(suite, "contestants", None) or getattr(suite, "entrants", None)
            models = (*USUAL, *scenario.controls)
            contestants = (
                [asdict(contestant) for contestant in own(scenario)]
                if own
                else [{"name": model, "model": model} for model in models]
            )
            for contestant in contestants:
                name = f"{scenario.suite}/{scenario.name}/{contestant['name']}"
                rows[name] = {"scenario": asdict(scenario), "contestant": contestant}
    return [{"name": name, **row} for name, row in rows.items()]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(listed(sys.argv[1])))
