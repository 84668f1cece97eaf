"""The application for aiohttp; how it has the work done is told by the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from waitbench.loadtest.ways import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def application() -> web.Application:
    """Make the application; gunicorn's worker calls this, too."""
    worker = Worker.from_environment()

    async def respond(request: web.Request) -> web.Response:
        try:
            return web.Response(body=await worker.answer(request.path), content_type="text/plain")
        except ValueError as wrong:
            return web.Response(status=404, text=f"{wrong}\n")

    async def while_up(app: web.Application) -> AsyncIterator[None]:
        del app
        await worker.start()
        yield
        await worker.stop()

    app = web.Application()
    app.router.add_get("/{work:.*}", respond)
    app.cleanup_ctx.append(while_up)
    return app
