"""A batch job: files read in threads, summed up in the loop, and progress that nobody waits for."""

import asyncio
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

FILES, ROWS = 24, 8_000


def write(folder: Path) -> list[Path]:
    paths = [folder / f"{number}.json" for number in range(FILES)]
    for number, path in enumerate(paths):
        path.write_text(
            json.dumps([{"key": (number * row) % 101, "n": row} for row in range(ROWS)])
        )
    return paths


def read(path: Path) -> list[dict[str, int]]:
    time.sleep(0.03)  # a slow disk
    rows: list[dict[str, int]] = json.loads(path.read_text())
    return rows


def summed(tables: list[list[dict[str, int]]]) -> Counter[int]:
    totals: Counter[int] = Counter()
    for table in tables:
        for row in table:
            totals[row["key"]] += pow(row["n"], 65_537, 101)  # fault: computes in the loop
    return totals


async def progress(done: list[int]) -> None:
    while len(done) < FILES:
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)
    print("all files read")


async def main() -> None:
    done: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        paths = await asyncio.to_thread(write, Path(folder))
        reporter = asyncio.create_task(progress(done))  # fault: the program ends before it

        async def load(path: Path) -> list[dict[str, int]]:
            rows = await asyncio.to_thread(read, path)  # fault: more at once than there are threads
            done.append(len(rows))
            return rows

        tables = await asyncio.gather(*map(load, paths))
        totals = summed(tables)
    assert not reporter.done()
    print(f"{sum(map(len, tables))} rows, {len(totals)} keys, {totals.total()} in all")


if __name__ == "__main__":
    asyncio.run(main())
