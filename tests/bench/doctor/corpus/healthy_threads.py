"""Calls that wait, in threads: as many as there are threads."""

import asyncio
import time


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(asyncio.to_thread(time.sleep, 0.1))
