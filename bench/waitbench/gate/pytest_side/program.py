"""The worker of a side: a pytest session of the project's own that answers the race's orders.

Once all is collected it greets with {"hello": 1, …, "tests": {…}, "left_out": {…}, "broken": {…},
"quieted": […]}. It answers what `waitbench.race.worker` does, with {"node": …, "calls": …} as the
parameters of "open"; "close" answers {"wrong": "…"} where the test failed after its race. Two
orders more: "try" runs a test to its end and tells what a call takes, "modules" which it imported
from elsewhere than its checkout: {"top": …, "away": …}.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys

from .desk import Desk

OURS = ("PYTEST_XDIST_", "CODSPEED_", "COV_CORE_", "COVERAGE_PROCESS_")
"""What other tools leave in the environment for processes of their own begins like this."""
TELLING = re.compile(r"\w*([Ee]rror|Warning|Exception): ")
"""What stands in the line of a complaint that says what is wrong."""
CONFTEST = re.compile(r"^ImportError while loading conftest '([^']+)'", re.MULTILINE)
CHOOSING = ("-m", "-k", "--deselect")


def main(settings: str, *nodes: str) -> None:
    """Run a session until the race has no more orders.

    Args:
        settings: JSON with `root`, `paths`, `arguments` and `environ`.
        nodes: tests that are going to be ordered; none to look for all benchmarks.
    """
    desk = Desk()
    given = json.loads(settings)
    os.chdir(given["root"])
    for name in [name for name in os.environ if name.startswith(OURS)]:
        del os.environ[name]
    os.environ.update(given["environ"])
    # Behind ours, which is the first, and before all that is installed; for children of tests, too.
    sys.path[1:1] = given["paths"]
    inherited = filter(None, [os.environ.get("PYTHONPATH")])
    os.environ["PYTHONPATH"] = os.pathsep.join([*given["paths"], *inherited])
    try:
        import pytest

        from .suite import Suite
    except ImportError as missing:
        desk.answer({"failure": f"{sys.executable} cannot run its tests: {missing}"})
        return
    arguments = given["arguments"]
    sys.argv = ["pytest", *arguments]
    choosing = any(text.startswith(CHOOSING) for text in arguments)
    suite = Suite(desk, list(nodes), choosing=choosing)
    complaints = io.StringIO()
    shown, sys.stderr = sys.stderr, complaints
    try:
        pytest.main(arguments, plugins=[suite])
    except SystemExit as exit_:
        complaints.write(f"\nE {type(exit_).__name__}: {exit_}")
    finally:
        sys.stderr = shown
    if not suite.served:
        desk.answer({"failure": _complaint(complaints.getvalue())})


def _complaint(text: str) -> str:
    """Return the line of what pytest complained of that says most."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith("E ") or TELLING.search(line)]
    line = (telling or lines or ["it said nothing"])[-1].removeprefix("INTERNALERROR>")
    what = line.removeprefix("E ").strip()
    conftest = CONFTEST.search(text)
    return f"{os.path.relpath(conftest[1])}: {what}" if conftest else f"pytest said: {what}"
