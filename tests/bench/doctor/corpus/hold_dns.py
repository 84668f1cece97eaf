"""Names looked up one after the other."""

import asyncio
import socket
import time


async def main() -> None:
    await asyncio.sleep(0.05)
    began_ns, cpu_ns = time.perf_counter_ns(), time.thread_time_ns()
    while time.thread_time_ns() - cpu_ns < 100_000_000:  # fault
        socket.getaddrinfo("localhost", 80)  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
