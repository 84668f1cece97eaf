"""More jobs than a pool of processes takes at a time, and one that is given up."""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor


async def job(pool: ProcessPoolExecutor) -> None:
    await asyncio.get_running_loop().run_in_executor(pool, time.sleep, 0.2)  # fault


async def main() -> None:
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    jobs = [asyncio.create_task(job(pool)) for _ in range(5)]
    await asyncio.sleep(0.1)
    jobs[-1].cancel()
    await asyncio.wait(jobs)
    pool.shutdown(wait=False)
