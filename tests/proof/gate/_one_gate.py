"""Run as a program under the packages of any build: prints what one of its gates came to."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from pathlib import Path

from waitbench.gate.compare import Sides, compare
from waitbench.gate.repository import Repository
from waitbench.gate.settings import GateSettings


def main(folder: str, text: str) -> None:
    """Race two commits of a project by the clock alone and print seconds and verdicts as JSON."""
    project, wanted = Repository.around(Path(folder)), json.loads(text)
    known = {field.name for field in fields(GateSettings)}
    clock = {"instrument": "wall"} if "instrument" in known else {}
    outcome = compare(
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
    )
    if outcome.interrupted:
        raise SystemExit("it was stopped")
    verdicts = {each.name.removeprefix("bench_"): each.verdict for each in outcome.results}
    record = {"took_s": round(outcome.seconds, 1), "verdicts": verdicts}
    sys.stdout.write(json.dumps(record))


if __name__ == "__main__":
    main(*sys.argv[1:])
