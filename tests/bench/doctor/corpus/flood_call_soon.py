"""Callbacks that call themselves again at once."""

import asyncio


class Storm:
    def __init__(self, turns: int) -> None:
        self.loop, self.turns = asyncio.get_running_loop(), turns

    def blow(self) -> None:  # fault
        sum(range(1_000))
        self.turns -= 1
        if self.turns:
            self.loop.call_soon(self.blow)


async def main() -> None:
    await asyncio.sleep(0.05)
    for number in range(6_000):
        asyncio.get_running_loop().call_soon(Storm(10).blow)
        if number % 200 == 0:
            await asyncio.sleep(0)
    await asyncio.sleep(0.5)
