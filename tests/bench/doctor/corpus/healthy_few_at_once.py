"""Thousands of jobs by a few workers: few steps are ready at a time."""

import asyncio
from collections.abc import Iterator


async def work(jobs: Iterator[int]) -> None:
    for _ in jobs:
        sum(range(500))
        await asyncio.sleep(0)


async def main() -> None:
    jobs = iter(range(20_000))
    await asyncio.gather(*(work(jobs) for _ in range(8)))
