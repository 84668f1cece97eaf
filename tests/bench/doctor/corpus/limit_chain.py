"""A limit around a task of its own that gathers, each of them due long before it."""

import asyncio
import time


async def page() -> str:
    await asyncio.sleep(0.15)
    return "page"


async def load() -> tuple[str, str]:
    return await asyncio.gather(page(), page())


async def main() -> None:
    loading = asyncio.create_task(load())
    parsing = asyncio.create_task(parse())
    try:
        async with asyncio.timeout(0.3):
            await asyncio.shield(loading)  # fault
    except TimeoutError:
        pass
    await parsing
    assert len(await loading) == 2


async def parse() -> None:
    await asyncio.sleep(0.05)
    began_ns = time.perf_counter_ns()
    while time.perf_counter_ns() - began_ns < 500_000_000:
        pass
    print("held", time.perf_counter_ns() - began_ns)
