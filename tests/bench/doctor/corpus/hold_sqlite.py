"""A query that SQLite computes on."""

import asyncio
import sqlite3
import time

QUERY = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600000)
    SELECT sum(i) FROM n
"""


async def main() -> None:
    await asyncio.sleep(0.05)
    connection = sqlite3.connect(":memory:")
    began_ns = time.perf_counter_ns()
    connection.execute(QUERY).fetchone()  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
