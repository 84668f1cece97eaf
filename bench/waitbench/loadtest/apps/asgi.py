"""The application as ASGI, with Starlette; how it has the work done is told by the environment."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from waitbench.loadtest.ways import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

worker = Worker.from_environment()


async def respond(request: Request) -> Response:
    """Answer one request."""
    try:
        return PlainTextResponse(await worker.answer(request.url.path))
    except ValueError as wrong:
        return PlainTextResponse(f"{wrong}\n", status_code=404)


@asynccontextmanager
async def while_up(app: Starlette) -> AsyncIterator[None]:
    """Keep its pool while it serves."""
    del app
    await worker.start()
    yield
    await worker.stop()


app = Starlette(routes=[Route("/{work:path}", respond)], lifespan=while_up)
