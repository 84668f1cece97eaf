"""All links of a server: started together, found by name, changed while they run."""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING, Any, Final

from waitbench_server.problem import bad_parameter
from waitbench_server.proxy.hub import Hub
from waitbench_server.proxy.link import Link
from waitbench_server.proxy.parameters import combined, shown
from waitbench_server.proxy.record import Record
from waitbench_server.proxy.settings import FAULTS
from waitbench_server.proxy.watch import Watch

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping, Sequence

    from waitbench_server.period import Member
    from waitbench_server.proxy.link import Wanted
    from waitbench_server.timer import Deadlines

_CHORES_S: Final = 0.2
_RESUME: Final = "resume"
_NOW: Final = {name: number for name, number in FAULTS.items() if name not in {"none", "refuse"}}


class Links:
    """The links, with what they share.

    Raises:
        StartError: an address or a file can not be had.
    """

    def __init__(
        self,
        wanted: Sequence[Wanted],
        loop: asyncio.AbstractEventLoop,
        deadlines: Deadlines,
        *,
        most: int,
        seed: int,
    ) -> None:
        self._loop = loop
        self._watch = Watch(loop)
        self._hub = Hub(loop=loop, watch=self._watch, deadlines=deadlines, most=most, seed=seed)
        self._records: list[Record] = []
        self._links: dict[str, Link] = {}
        for link in wanted:
            record = None
            if link.record is not None:
                record = Record(link.record, link.upstream)
                self._records.append(record)
            self._links[link.name] = Link(link, self._hub, record)
        for made in self._links.values():
            made.start()
        self._timer = loop.call_later(_CHORES_S, self._chores)

    def _chores(self) -> None:
        for record in self._records:
            record.flush()
        for link in self._links.values():
            link.look_after_frozen()
        self._timer = self._loop.call_later(_CHORES_S, self._chores)

    @property
    def pieces(self) -> int:
        """How many pieces passed in this period: while some do, the worker is not idle."""
        return sum(sum(link.tally.pieces) for link in self._links.values())

    def where(self) -> dict[str, dict[str, str]]:
        """Return where each listens and where its upstream is."""
        return {name: link.addresses() for name, link in self._links.items()}

    def show(self) -> Member:
        """Return each link with its settings."""
        return {
            name: {**link.addresses(), **shown(link.settings)} for name, link in self._links.items()
        }

    def change(self, given: Mapping[str, str]) -> Member:
        """Change one link's settings, or let something happen to all its connections at once.

        Raises:
            Problem: there is no such link or parameter, or a value is malformed.
        """
        rest = dict(given)
        link = self._link(rest.pop("link", None))
        now = rest.pop("now", None)
        if now is not None and now not in {_RESUME, *_NOW}:
            detail = f"{now[:40]!r} can not be done to a connection"
            raise bad_parameter("now", now, detail, ", ".join([*_NOW, _RESUME]))
        if now is None and not rest:
            detail = "there is nothing to change; parameters stand behind the path"
            raise bad_parameter("query", "", detail, "POST /proxy?latency=20ms")
        link.change(combined(link.settings, rest, more=("link", "now")))
        reply: dict[str, Any] = {**link.addresses(), **shown(link.settings)}
        if now is not None:
            reply["connections"] = link.thaw() if now == _RESUME else link.strike(_NOW[now])
        return {link.name: reply}

    def _link(self, name: str | None) -> Link:
        if name is None and len(self._links) == 1:
            return next(iter(self._links.values()))
        if name not in self._links:
            detail = "say which link" if name is None else f"there is no link {name[:40]!r}"
            raise bad_parameter("link", name or "", detail, ", ".join(self._links))
        return self._links[name]

    def stats(self) -> Member:
        """Return what each link counted in this period."""
        return {name: link.member() for name, link in self._links.items()}

    def turn(self) -> None:
        """Begin a period."""
        self._hub.begun_ns = monotonic_ns()
        for link in self._links.values():
            link.turn()

    def close(self) -> None:
        """End all connections, and write what was recorded."""
        self._timer.cancel()
        for link in self._links.values():
            link.close()
        self._watch.close()
        for record in self._records:
            record.close()
