"""Outcomes in, their table out: by area how much was tried, what failed, and on which commit."""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING, Any

from waitbench import atomic_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.proof.faults.trial import Outcome

FIGURES, PAGE = "figures.json", "README.md"
MOST_FAILURES = 20


def write(folder: Path, outcomes: Sequence[Outcome], seed: int, commit: str) -> str:
    """Renew the areas that were tried in a folder's figures, and return the page on all of them."""
    kept: dict[str, Any] = {}
    if (folder / FIGURES).exists():
        kept = json.loads((folder / FIGURES).read_text(encoding="utf-8"))["areas"]
    seen = figures(kept | areas(outcomes, seed, commit))
    folder.mkdir(parents=True, exist_ok=True)
    atomic_file.write(folder / FIGURES, json.dumps(seen, indent=1) + "\n")
    text = page(seen)
    atomic_file.write(folder / PAGE, text)
    return text


def areas(outcomes: Sequence[Outcome], seed: int, commit: str) -> dict[str, Any]:
    """Return the counts of each area, and all that failed there."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(outcome.area for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.area == name]
        failed = [outcome for outcome in own if outcome.faults]
        found[name] = {
            "tried": len(own),
            "failed": len(failed),
            "longest_s": max(outcome.took_s for outcome in own),
            "seed": seed,
            "commit": commit,
            "python": platform.python_version(),
            "failures": [
                {"what": outcome.title, "faults": list(outcome.faults)} for outcome in failed
            ],
        }
    return found


def figures(by_area: Mapping[str, Any]) -> dict[str, Any]:
    """Return the areas with their sums."""
    return {
        "tried": sum(area["tried"] for area in by_area.values()),
        "failed": sum(area["failed"] for area in by_area.values()),
        "areas": dict(by_area),
    }


def page(seen: Mapping[str, Any]) -> str:
    """Return the page."""
    lines = [
        "# Done to waitbench on purpose",
        "",
        f"**{seen['failed']} of {seen['tried']:,} failed.**",
        "",
        "Made by `scripts/prove faults`; the same seed tries the same again, `--only AREA`",
        "renews a row. As JSON, with all that failed: [figures.json](figures.json).",
        "",
        "Every ending is held to the same rules (`tests/proof/faults/rules.py`): a status that the",
        "command documents, one line for a mistake, no traceback, no process, folder or half of a",
        "file left, older files whole, no sign that steers a screen in what is printed or written,",
        "and what was measured before a stop can be read.",
        "",
        "| area | tried | failed | longest, s | seed | Python | commit |",
        "| --- | ---: | ---: | ---: | ---: | --- | --- |",
    ]
    lines += [
        f"| {name} | {area['tried']:,} | {area['failed']} | {area['longest_s']:.1f} "
        f"| {area['seed']} | {area['python']} | {area['commit']} |"
        for name, area in seen["areas"].items()
    ]
    for name, area in seen["areas"].items():
        if area["failures"]:
            lines += ["", f"## What failed: {name}", ""]
        for failure in area["failures"][:MOST_FAILURES]:
            lines.append(f"- `{_plain(failure['what'])}`")
            lines += [f"  - {_plain(fault)}" for fault in failure["faults"]]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "'").split())[:300]
