"""More calls into threads at once than AnyIO's limiter lets in."""

import time

import anyio
import anyio.to_thread


async def fetch() -> None:
    await anyio.to_thread.run_sync(time.sleep, 0.3)  # fault


async def main() -> None:
    async with anyio.create_task_group() as group:
        for number in range(60):
            group.start_soon(fetch)
            if number % 5 == 0:  # starting threads takes its time, too
                await anyio.sleep(0.005)
