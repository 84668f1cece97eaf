"""As many calls into threads as the limiter lets in."""

import time

import anyio
import anyio.to_thread


async def main() -> None:
    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(anyio.to_thread.run_sync, time.sleep, 0.02)
