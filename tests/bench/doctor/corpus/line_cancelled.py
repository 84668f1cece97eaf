"""A call that is cancelled while it stands in line for a thread, and is never begun."""

import asyncio
import os
import time

THREADS = min(32, (os.cpu_count() or 1) + 4)


async def resolve() -> bool:
    try:
        async with asyncio.timeout(0.2):
            await asyncio.to_thread(time.sleep, 0.01)  # fault
    except TimeoutError:
        return False
    return True


async def main() -> None:
    loop = asyncio.get_running_loop()
    reports = [loop.run_in_executor(None, time.sleep, 0.5) for _ in range(THREADS)]
    await asyncio.sleep(0.05)
    assert not await resolve()
    await asyncio.gather(*reports)
