"""One gate of the proof: called by our sitting, and run as a program under any other build."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.gate.compare import Sides, compare
from waitbench.gate.repository import Repository
from waitbench.gate.settings import GateSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from waitbench.gate.outcome import Outcome


def gate(
    project: Repository, wanted: Mapping[str, Any], say: Callable[[str], object] = lambda _: None
) -> Outcome:
    """Race two commits of a project by the clock alone.

    Args:
        project: the scratch project.
        wanted: `base` and `head`, the `python` of both, `minutes` at most, and the `seed`.
        say: is told the verdicts as they come.
    """
    known = {field.name for field in fields(GateSettings)}
    clock = {"instrument": "wall"} if "instrument" in known else {}
    return compare(
        project,
        Sides(
            base=project.revision(wanted["base"]),
            head=project.revision(wanted["head"]),
            base_python=wanted["python"],
            head_python=wanted["python"],
        ),
        GateSettings(minutes=wanted["minutes"], **clock),  # type: ignore[arg-type]
        seed=wanted["seed"],
        explain=False,
        observer=lambda _what: lambda _event: None,
        say=say,
    )


def main(folder: str, text: str) -> None:
    """Print seconds and verdicts of a gate as JSON."""
    outcome = gate(Repository.around(Path(folder)), json.loads(text))
    if outcome.interrupted:
        raise SystemExit("it was stopped")
    verdicts = {each.name.removeprefix("bench_"): each.verdict for each in outcome.results}
    record = {"took_s": round(outcome.seconds, 1), "verdicts": verdicts}
    sys.stdout.write(json.dumps(record))


if __name__ == "__main__":
    main(*sys.argv[1:])
