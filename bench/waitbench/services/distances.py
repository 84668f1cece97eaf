"""A proxy in front of databases, so that each is reached as if it were some milliseconds away."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from waitbench.services.target import Target
from waitbench.system.cpu import tree_of_ns

if TYPE_CHECKING:
    from collections.abc import Iterable

NEAR = frozenset({"", "0", "0ms"})
"""How a distance of nothing is written: then there is no proxy in between."""


class Distances:
    """A proxy on 127.0.0.1 for the length of a `with` block, with a port for each distance.

    Args:
        wanted: each service by a name, where it is (`127.0.0.1:5432`, `unix:/path`) and how much
            longer a round trip to it takes (`5ms`).
    """

    def __init__(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        self._wanted = list(wanted)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._proxy: Target | None = None

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            BenchError: it does not start; a wrong distance is named.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="waitbench-distances-")
        path = Path(self._folder.name) / "distances.toml"
        path.write_text("".join(map(_table, self._wanted)))
        try:
            self._proxy = Target("--proxy", str(path))
            self._proxy.__enter__()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._proxy is not None:
            self._proxy.stop()
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._proxy is not None and self._proxy.alive

    def port(self, service: str, distance: str) -> int:
        """Return the port of 127.0.0.1 where a service is so far away."""
        assert self._proxy is not None
        listen: str = self._proxy.ready["proxy"][_name(service, distance)]["listen"]
        return int(listen.rpartition(":")[2])

    def cpu_ns(self) -> int:
        """CPU nanoseconds so far: what it takes in a round is the contestant's doing."""
        return tree_of_ns(self._proxy.pid) if self._proxy is not None and self.alive else 0


def _name(service: str, distance: str) -> str:
    return f"{service} {distance}"


def _table(wanted: tuple[str, str, str]) -> str:
    service, upstream, distance = wanted
    # What JSON quotes, TOML reads alike.
    return (
        f"[{json.dumps(_name(service, distance))}]\n"
        f"upstream = {json.dumps(upstream)}\nlatency = {json.dumps(distance)}\n"
    )
