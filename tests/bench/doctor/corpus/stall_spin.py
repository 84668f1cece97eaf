"""Threads that compute in Python beside a loop: whatever it sends, it waits for the GIL again."""

import asyncio
import socket
import threading
import time


def spin(over: threading.Event) -> None:
    while not over.is_set():
        sum(range(3_000))  # fault


async def main() -> None:
    near, far = socket.socketpair()
    over = threading.Event()
    threads = [threading.Thread(target=spin, args=(over,)) for _ in range(3)]
    for thread in threads:
        await asyncio.sleep(0.05)
        thread.start()
    await asyncio.sleep(0.05)
    began_ns = time.perf_counter_ns()
    while time.perf_counter_ns() - began_ns < 150_000_000:
        near.send(b"x")
        far.recv(8)
    print("held", time.perf_counter_ns() - began_ns)
    over.set()
    await asyncio.sleep(0.05)
    for thread in threads:
        thread.join()
    near.close()
    far.close()
