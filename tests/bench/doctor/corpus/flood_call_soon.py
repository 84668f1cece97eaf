"""Callbacks that call themselves again at once."""

import asyncio


class Storm:
    def __init__(self, turns: int) -> None:
        self.loop, self.turns = asyncio.get_running_loop(), turns

    def blow(self) -> None:  # fault
        sum(range(1_500))  # fault
        self.turns -= 1
        if self.turns:
            self.loop.call_soon(self.blow)


async def main() -> None:
    await asyncio.sleep(0.05)
    for _ in range(10_000):
        asyncio.get_running_loop().call_soon(Storm(6).blow)
    await asyncio.sleep(1)
