"""`waitbench list`: what can be raced, from the first line of each file."""

from __future__ import annotations

from bench import registry


def suites() -> list[str]:
    """Name the suites."""
    return [name.removeprefix("test_") for name in registry.names("suites") if "test_" in name]


def listing() -> str:
    """Say what can be raced, from the first line of each file; and each suite's scenarios."""
    lines = ["suites and their scenarios (with * also in --quick):"]
    for name in suites():
        suite = registry.load("suites", f"test_{name}")
        quick = {scenario.name for scenario in suite.QUICK}
        lines.append(f"  {name:10}  {registry.summary('suites', f'test_{name}')}")
        scenarios = {scenario.name: None for scenario in (*suite.SCENARIOS, *suite.QUICK)}
        lines += [f"              {one}{' *' if one in quick else ''}" for one in scenarios]
    for room in ("models", "workloads"):
        lines += ["", f"{room}:"]
        lines += [f"  {name:10}  {registry.summary(room, name)}" for name in registry.names(room)]
    return "\n".join(lines)
