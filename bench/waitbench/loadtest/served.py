"""What a server really does, asked of it by requests: how many at once, on which loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from waitbench.loadtest.server import ServerError
from waitbench.loadtest.work import NO_LOOP
from waitbench.services.http_client import HOST, HttpClient, get

if TYPE_CHECKING:
    from collections.abc import Sequence

WAIT_NS, WAIT_EACH_NS = 40_000_000, 2_000_000
"""How long a request waits, and so much longer for each that comes with it: connections are
accepted one after the other, and the first must not be over before the last has begun."""
CROWDS = (2, 8, 40, 160)
"""Requests that are sent at once, more each time, until not all of them are served at once."""
MOST = CROWDS[-1]
WITHIN_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a server said of requests that came at once.

    Attributes:
        at_once: how many of them were worked on at the same time, `MOST` at most.
        loop: package of the loop that ran them; `none` where each had a thread or a process.
    """

    at_once: int
    loop: str

    @property
    def text(self) -> str:
        """The same as the rest of a sentence on the server, for the reader of its row."""
        more = " or more" if self.at_once >= MOST else ""
        loop = "" if self.loop == NO_LOOP else f", on {self.loop}"
        return f"asked by requests, it served {self.at_once}{more} at once{loop}"


def ask(port: int, host: str = HOST) -> Served:
    """Send ever larger crowds of requests that wait, and count whose times overlap.

    Raises:
        ServerError: it did not answer all of a crowd rightly, or not in time.
    """
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_asked(port, host))
    except (OSError, ValueError, TimeoutError) as error:
        why = str(error) or type(error).__name__
        raise ServerError(f"its server could not be asked what it serves at once: {why}") from None
    finally:
        loop.close()


def overlap(spans: Sequence[tuple[int, int]]) -> int:
    """Return how many of these spans, begin and end, lie over one moment at most."""
    # Who ends as another begins is not beside it.
    edges = sorted([(end, -1) for _, end in spans] + [(begin, 1) for begin, _ in spans])
    return max(accumulate(step for _, step in edges), default=0)


async def _asked(port: int, host: str) -> Served:
    async with asyncio.timeout(WITHIN_S), HttpClient(port, host) as client:
        for crowd in CROWDS:
            request = get(f"/span/{WAIT_NS + crowd * WAIT_EACH_NS}")
            answers = await asyncio.gather(*(client.ask(request).answer for _ in range(crowd)))
            words = [answer.body.decode().split() for answer in answers]
            served = Served(
                at_once=overlap([(int(began), int(ended)) for began, ended, _ in words]),
                loop=words[0][2],
            )
            if served.at_once < crowd:
                break
        return served
