"""What a mock returned is kept by the caller's caller, and let go of elsewhere."""

import asyncio
from unittest.mock import create_autospec


async def send(order: str) -> str:
    await asyncio.sleep(0)
    return order


sends = create_autospec(send)


def order() -> object:
    return sends("order")  # fault


async def main() -> None:
    await asyncio.sleep(0.02)
    orders = [order()]
    await asyncio.sleep(0.05)
    orders.clear()
    await asyncio.sleep(0.02)
