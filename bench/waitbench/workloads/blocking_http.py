"""requests.get by some coroutines: on the loop, in threads or processes; or aiohttp instead."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from functools import partial
from time import perf_counter_ns
from typing import TYPE_CHECKING, ClassVar
from zlib import crc32

from waitbench.units import duration_ns
from waitbench.workloads import _crowd, _ways, http

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence

    from waitbench.scenario import TaskSpan
    from waitbench.workloads._crowd import Outcome

TIMEOUT_S = 30
SHARE = "0.25"


class Workload:
    """A `share` of the tasks asks the target, which takes `latency`; the others wait as long.

    The call is what `requests.get` is: a new session and connection each time. Only `native`
    keeps its connections, as aiohttp does. What is seen is the same as in `blocking`.
    """

    needs_target: ClassVar = True
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar = ("requests",)
    async_needs: ClassVar = ("aiohttp", "requests", "concurrent.futures.process")

    def __init__(
        self, target: str, via: str = "direct", share: str = SHARE, latency: str = "2ms"
    ) -> None:
        _ways.check(via, native=True, call="requests")
        self.via = via
        self.opens_anew = via != "native"
        self.waits_ns = duration_ns(latency)
        self._crowd = _crowd.Crowd.of(share, self.waits_ns)
        self._http = http.Workload(target, latency)
        self._get = partial(_get, f"{target}/?latency={latency}&size={self._http.size}&draw=")

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Outcome]]:
        """Nothing to open: each call opens its own."""
        yield self._crowd.plain(self._get)

    @asynccontextmanager
    async def async_client(
        self, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Outcome]]]:
        """Open what the way needs; for `native` one aiohttp session."""
        if self.via != "native":
            async with _ways.opened(self.via, self._get, concurrency) as made:
                yield self._crowd.on_loop(made)
            return
        async with self._http.async_client(concurrency) as get:

            async def asked(number: int) -> TaskSpan:
                start_ns = perf_counter_ns()
                answer = await get(number)
                return start_ns, perf_counter_ns(), answer

            yield self._crowd.on_loop(asked)

    @staticmethod
    def requests(tasks: int, params: Mapping[str, str]) -> int:
        """One for each task that makes the call."""
        crowd = _crowd.Crowd.of(params.get("share", SHARE), 0)
        return sum(map(crowd.calls, range(tasks)))

    def check(self, number: int, result: Outcome) -> None:
        """The right tasks asked, and each was answered with the bytes it asked for."""
        self._crowd.check(number, result)
        if result.span is not None:
            self._http.check(number, result.span[2])

    def metrics(self, results: Sequence[Outcome]) -> Mapping[str, float]:
        """How long the loop stood still, how long the calls took, how many ran side by side."""
        return _crowd.metrics(results)


def _get(url: str, number: int) -> tuple[int, int, int, tuple[str, ...]]:
    """Call the target as `requests.get` does, but deaf to proxies of the environment."""
    import requests

    with requests.Session() as session:
        session.trust_env = False
        response = session.get(f"{url}{number}", timeout=TIMEOUT_S)
        body = response.content
        return response.status_code, len(body), crc32(body), ()
