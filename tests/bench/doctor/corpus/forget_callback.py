"""A coroutine function where the loop asks for a plain one."""

import asyncio


async def tick() -> None:  # fault
    await asyncio.sleep(0.01)


async def main() -> None:
    asyncio.get_running_loop().call_later(0.02, tick)
    await asyncio.sleep(0.05)
