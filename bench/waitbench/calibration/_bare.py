"""What anybody would write with aiohttp: one route, one body, no measuring; run as a process."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable


async def _serve(body: bytes) -> None:
    async def answer(request: web.Request) -> web.Response:
        del request
        return web.Response(body=body)

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sys.stdout.write(f"http://127.0.0.1:{site.port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    """Serve a body of the given size on the given loop until killed."""
    loop, size = sys.argv[1], int(sys.argv[2])
    factory: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    if loop == "uvloop":
        import uvloop  # optional

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_serve(b"x" * size))


if __name__ == "__main__":
    main()
