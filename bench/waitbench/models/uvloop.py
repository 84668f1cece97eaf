"""The asyncio model on uvloop, an event loop over libuv."""

from __future__ import annotations

from typing import ClassVar

import uvloop

from waitbench.models import asyncio


class Model(asyncio.Model):
    """The same coroutines, another loop."""

    loop_factory: ClassVar = uvloop.new_event_loop
