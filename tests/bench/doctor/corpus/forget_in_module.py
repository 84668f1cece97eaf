"""Kept by a module for ever."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.01)


KEPT: list[object] = []


async def main() -> None:
    await asyncio.sleep(0.02)
    KEPT.append(save())  # fault
    await asyncio.sleep(0.05)
