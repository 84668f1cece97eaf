"""The asyncio model with one task at a time: a control, what the client library alone gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.models import asyncio

if TYPE_CHECKING:
    from waitbench.scenario import Workload


class Model(asyncio.Model):
    """The same loop and client, width 1; what it gains over sync is no gain of concurrency."""

    def __init__(self, workload: Workload, concurrency: int) -> None:  # noqa: ARG002 - one at a time
        super().__init__(workload, 1)
