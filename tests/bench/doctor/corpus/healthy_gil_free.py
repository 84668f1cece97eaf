"""Threads that compute in C without the GIL: the loop beats on."""

import asyncio
import hashlib


def derive(number: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", b"secret", b"salt%d" % number, 150_000)


async def main() -> None:
    deriving = [asyncio.create_task(asyncio.to_thread(derive, number)) for number in range(2)]
    while not all(task.done() for task in deriving):
        await asyncio.sleep(0.005)
