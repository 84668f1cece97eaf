"""The asyncio model on zuvloop, an event loop over libuv in Zig."""

from __future__ import annotations

from typing import ClassVar

import zuvloop

from waitbench.models import asyncio


class Model(asyncio.Model):
    """The same coroutines, another loop."""

    loop_factory: ClassVar = zuvloop.new_event_loop
