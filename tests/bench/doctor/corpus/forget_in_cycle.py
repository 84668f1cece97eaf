"""Kept by a cycle, which only the garbage collector finds."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.01)


class Node:
    itself: object
    saved: object


async def main() -> None:
    await asyncio.sleep(0.02)
    node = Node()
    node.itself = node
    node.saved = save()  # fault
    del node
    await asyncio.sleep(0.05)
