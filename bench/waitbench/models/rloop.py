"""The asyncio model on rloop, an event loop in Rust."""

from __future__ import annotations

from typing import ClassVar

import rloop

from waitbench.models import asyncio


class Model(asyncio.Model):
    """The same coroutines, another loop."""

    loop_factory: ClassVar = rloop.new_event_loop
