"""A task that only the loop's weak reference knows, waiting for what nobody will do."""

import asyncio
import gc


async def save() -> None:
    await asyncio.sleep(0.01)


async def wait() -> None:
    await asyncio.Event().wait()


async def main() -> None:
    await asyncio.sleep(0.02)
    asyncio.create_task(wait())  # fault
    await asyncio.sleep(0.01)
    gc.collect()
    await asyncio.sleep(0.05)
