"""A gate's outcome as GitLab's code quality report: what is slower or fails, in a merge request."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from waitbench.gate import sentences

if TYPE_CHECKING:
    from waitbench.gate.outcome import Outcome, Result

SUFFIX = "codequality"
SEVERITIES = {"slower": "major", "dearer": "major", "failed": "critical"}
ELSEWHERE = "pyproject.toml"
"""Where a benchmark is said to be that stands in no file, as a command does."""


def render(outcome: Outcome) -> str:
    """Return the JSON text: a list of what somebody should look at, empty where that is nothing."""
    issues = [
        _issue(result, SEVERITIES[result.verdict])
        for result in sentences.arranged(outcome)
        if result.verdict in SEVERITIES
    ]
    return json.dumps(issues, indent=1, ensure_ascii=False) + "\n"


def _issue(result: Result, severity: str) -> dict[str, Any]:
    head = f"{result.name}: {sentences.verdict(result)} {sentences.deciding(result)}".strip()
    # The same benchmark is the same issue from push to push.
    fingerprint = hashlib.sha256(f"{result.verdict} {result.name}".encode()).hexdigest()
    return {
        "description": "; ".join((head, *sentences.lines(result))),
        "check_name": f"waitbench-{result.verdict}",
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": result.file or ELSEWHERE, "lines": {"begin": result.line}},
    }
