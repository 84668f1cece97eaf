"""Outcomes in, their table out: by area how much was tried, what failed, and how long it took."""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING

from tests.proof.faults.trial import Outcome
from waitbench import atomic_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Outcome", "page", "write"]
MOST_FAILURES = 20


def write(folder: Path, outcomes: Sequence[Outcome], seed: int) -> str:
    """Write README.md and figures.json into a folder, and return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    text = page(outcomes, seed)
    atomic_file.write(folder / "README.md", text)
    atomic_file.write(folder / "figures.json", json.dumps(figures(outcomes, seed), indent=1) + "\n")
    return text


def figures(outcomes: Sequence[Outcome], seed: int) -> dict[str, object]:
    """Return the counts of each area, and all that failed, as JSON has them."""
    areas: dict[str, dict[str, object]] = {}
    for name in dict.fromkeys(outcome.area for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.area == name]
        areas[name] = {
            "tried": len(own),
            "failed": sum(bool(outcome.faults) for outcome in own),
            "seconds": round(sum(outcome.took_s for outcome in own), 1),
            "longest_s": max(outcome.took_s for outcome in own),
        }
    return {
        "seed": seed,
        "python": platform.python_version(),
        "tried": len(outcomes),
        "failed": sum(bool(outcome.faults) for outcome in outcomes),
        "areas": areas,
        "failures": [
            {"area": outcome.area, "what": outcome.title, "faults": list(outcome.faults)}
            for outcome in outcomes
            if outcome.faults
        ],
    }


def page(outcomes: Sequence[Outcome], seed: int) -> str:
    """Return the page."""
    seen = figures(outcomes, seed)
    lines = [
        "# Done to waitbench on purpose",
        "",
        f"**{seen['failed']} of {seen['tried']:,} failed.**",
        "",
        f"Made by `scripts/prove faults --seed {seed}` on {platform.system()}, CPython",
        f"{seen['python']}; the counts as JSON: [figures.json](figures.json).",
        "",
        "Every ending is held to the same rules (`tests/proof/faults/rules.py`): a status that the",
        "command documents, one line for a mistake, no traceback, no process, folder or half",
        "of a file left, older files whole, no sign that steers a screen in anything printed or",
        "written, and what was measured before a stop can be read.",
        "",
        "| area | tried | failed | longest, s |",
        "| --- | ---: | ---: | ---: |",
    ]
    areas = seen["areas"]
    assert isinstance(areas, dict)
    lines += [
        f"| {name} | {area['tried']:,} | {area['failed']} | {area['longest_s']:.1f} |"
        for name, area in areas.items()
    ]
    failed = [outcome for outcome in outcomes if outcome.faults]
    if failed:
        lines += ["", "## What failed", ""]
        for outcome in failed[:MOST_FAILURES]:
            lines.append(f"- {outcome.area}: `{_plain(outcome.title)}`")
            lines += [f"  - {_plain(fault)}" for fault in outcome.faults]
        if len(failed) > MOST_FAILURES:
            lines.append(f"- and {len(failed) - MOST_FAILURES} more, in figures.json")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "'").split())[:300]
