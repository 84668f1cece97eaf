"""`waitbench list`: what can be raced and asked, from the first line of each file."""

from __future__ import annotations

from waitbench.parsing import ending

TYPE_CHECKING = False  # what `typing` costs would be seen in --help
if TYPE_CHECKING:
    import argparse
    from types import ModuleType


WIDTH = 80
"""Columns of most terminals."""
LISTS = ("SCENARIOS", "QUICK", "FULL")
"""What a suite may say it consists of; each may be missing."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what else can be listed."""
    parser.epilog = ending(
        "waitbench list", "waitbench list | grep http", "waitbench list --pythons"
    )
    parser.add_argument(
        "--pythons", action="store_true", help="the interpreters here that `run --python` can race"
    )


def main(arguments: argparse.Namespace) -> int:
    """Print what can be raced and asked."""
    if arguments.pythons:
        from waitbench.pythons import listing as interpreters

        print(interpreters.listing())
        return 0
    print(listing())
    return 0


def suites() -> list[str]:
    """Return the names of the suites."""
    from waitbench import registry

    return [name.removeprefix("test_") for name in registry.names("suites") if "test_" in name]


def listing() -> str:
    """Return suites with their scenarios, models, workloads and claims, as lines of text."""
    from waitbench import registry
    from waitbench.findings import claims

    lines = ["suites and their scenarios (* also in --quick, + only in --full or by name):"]
    files = {name: registry.load("suites", f"test_{name}") for name in suites()}
    for name, suite in sorted(files.items(), key=lambda item: getattr(item[1], "PLACE", 0)):
        lines += _entry(name, 10, registry.summary("suites", f"test_{name}"))
        lines += [f"              {name}" for name in _scenarios(suite)]
    for room in ("models", "workloads"):
        lines += ["", f"{room}:"]
        names = registry.names(room)
        width = max(map(len, names))
        for name in names:
            lines += _entry(name, width, registry.summary(room, name))
    lines += ["", "claims, and the suites that decide them:"]
    for claim in claims():
        lines += [f"  {claim.id} ({', '.join(claim.suites)})", *_entry("", 10, claim.asks)]
    return "\n".join(lines)


def _entry(name: str, width: int, text: str) -> list[str]:
    """Return a name and what is said of it, as lines that an 80-column terminal does not break."""
    from textwrap import wrap

    indent = " " * (width + 4)
    lines = wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)
    first, *others = lines or [""]
    return [f"  {name:{width}}  {first.strip()}".rstrip(), *others]


def _scenarios(suite: ModuleType) -> list[str]:
    """Return a suite's scenarios once each, marked where not only the default run has them."""
    usual, quick, full = (list(getattr(suite, name, ())) for name in LISTS)
    marks = {scenario.name: "" for scenario in (*usual, *quick, *full)}
    marks |= {scenario.name: " *" for scenario in quick}
    shown = {scenario.name for scenario in (*usual, *quick)}
    return [f"{name}{mark if name in shown else ' +'}" for name, mark in marks.items()]
