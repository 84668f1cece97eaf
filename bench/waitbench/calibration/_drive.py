"""Runs a load process against a target and gives back what it saw."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from waitbench.calibration._load import LoadResult, Order
from waitbench.scenario import BenchError
from waitbench.services.managed_process import ManagedProcess

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECTED_WITHIN_S, BEYOND_S = 60.0, 30.0
"""So long it may take to connect, and so much longer than it was asked to load."""


def drive(order: Order, begin: Callable[[], object]) -> LoadResult:
    """Load the target from another process; call `begin` once it is connected, before it sends.

    Raises:
        BenchError: the load process failed.
    """
    arguments = json.dumps(asdict(order))
    with ManagedProcess.of_module("waitbench.calibration._load", arguments, hears=True) as load:
        try:
            load.read_line(CONNECTED_WITHIN_S)
            begin()
            load.write_line(b"go")
            report = load.read_line((order.duration_ns + order.latency_ns) / 1e9 + BEYOND_S)
        except (TimeoutError, EOFError):
            reason = load.how_it_ended()
            raise BenchError(f"the load process {reason}; is `ulimit -n` high enough?") from None
    return LoadResult(**json.loads(report))
