"""Runs a load process against a target and gives back what it saw."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from bench import children
from bench.calibration._load import LoadResult, Order
from bench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable


def drive(order: Order, begin: Callable[[], object]) -> LoadResult:
    """Load the target from another process; call `begin` once it is connected, before it sends.

    Raises:
        BenchError: the load process failed.
    """
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "bench.calibration._load", json.dumps(asdict(order))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=children.environment_of_ours(),
    ) as load:
        assert load.stdout is not None
        if load.stdout.readline():
            begin()
        report, complaint = load.communicate("go\n")
    if load.returncode or not report:
        reason = complaint.strip().rpartition("\n")[2] or f"status {load.returncode}"
        raise BenchError(f"the load process failed: {reason}; is `ulimit -n` high enough?")
    return LoadResult(**json.loads(report))
