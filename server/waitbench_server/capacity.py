"""How many requests are served at once: k servers, one first-come queue, and a limit."""

from __future__ import annotations

import asyncio
from collections import deque


class Capacity:
    """Counts who is in service; a request that finds no free server waits for its turn."""

    def __init__(self, servers: int | None, limit: int | None) -> None:
        self._servers = servers
        self._limit = limit
        self._serving = 0
        self._waiting: deque[asyncio.Future[int]] = deque()

    @property
    def full(self) -> bool:
        """Whether one more request would exceed the limit on those served and waiting."""
        return self._limit is not None and self._serving + len(self._waiting) >= self._limit

    async def enter(self, now_ns: int) -> int:
        """Take a server; return the moment it became this request's own, `now_ns` if one is free.

        Whoever has entered must `leave`.
        """
        if self._servers is None or self._serving < self._servers:
            self._serving += 1
            return now_ns
        turn: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(turn.result())  # it had been given a server and passes it on
            else:
                self._waiting.remove(turn)
            raise

    def leave(self, now_ns: int) -> None:
        """Pass the server on to the first who waits, or free it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(now_ns)
                return
        self._serving -= 1
