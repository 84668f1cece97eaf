"""Calls that wait for their turn, and fail all together at their limit and the hold."""

import asyncio
import time


async def use(turns: asyncio.Semaphore) -> None:
    async with turns:
        await asyncio.sleep(0.15)


async def wait(turns: asyncio.Semaphore) -> None:
    await asyncio.wait_for(turns.acquire(), 0.4)  # fault
    turns.release()


async def main() -> None:
    turns = asyncio.Semaphore(1)
    holder = asyncio.create_task(use(turns))
    await asyncio.sleep(0)
    waiters = asyncio.gather(*(wait(turns) for _ in range(4)), return_exceptions=True)
    await asyncio.sleep(0.05)
    began_ns = time.perf_counter_ns()
    time.sleep(0.6)
    print("held", time.perf_counter_ns() - began_ns)
    await holder
    assert all(isinstance(outcome, TimeoutError) for outcome in await waiters)
