"""Where a proxy listens and where its upstream is: TCP or a unix socket, as text and as sockets."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from waitbench_server.startup import step
from waitbench_server.visitors import is_loopback

FORM: Final = "HOST:PORT, [IPV6]:PORT or unix:/PATH"
ANY_PORT: Final = "127.0.0.1:0"
_TCP: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/\[\]]+)):([0-9]{1,5})", re.ASCII)
_HIGHEST_PORT: Final = 65_535
_LONGEST_PATH: Final = 107  # bytes of a unix socket's name, by unix(7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A TCP address or the path of a unix socket.

    Attributes:
        host: of TCP; empty for a unix socket.
        port: of TCP.
        path: of a unix socket; empty for TCP.
    """

    host: str = ""
    port: int = 0
    path: str = ""

    @property
    def stays_here(self) -> bool:
        """Whether it is on this machine whatever happens."""
        return bool(self.path) or is_loopback(self.host)

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse(text: str) -> Address:
    """Read an address.

    Raises:
        ValueError: it is none; the message says what is allowed.
    """
    text = text.strip()
    if text.startswith(("unix:", "/")):
        path = text.removeprefix("unix:")
        if not path.startswith("/") or len(os.fsencode(path)) > _LONGEST_PATH or "\0" in path:
            raise ValueError(
                f"{text[:120]!r} is no path of a unix socket; allowed: unix:/PATH of at most"
                f" {_LONGEST_PATH} bytes"
            )
        return Address(path=path)
    match = _TCP.fullmatch(text)
    if match is None or int(match[3]) > _HIGHEST_PORT:
        raise ValueError(f"{text[:120]!r} is no address; allowed: {FORM}")
    return Address(host=match[1] or match[2], port=int(match[3]))


def resolved(address: Address) -> tuple[socket.AddressFamily, Any]:
    """Return the family and what `connect` takes, once for all connections.

    Raises:
        StartError: no such host is known.
    """
    if address.path:
        return socket.AF_UNIX, address.path
    with step(f"{address} can not be found"):
        family, _, _, _, place = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM
        )[0]
    return family, place


def listening(address: Address, backlog: int) -> tuple[socket.socket, Address]:
    """Bind a listening socket; return it and its address with the port that it got.

    Raises:
        StartError: the address is taken, not allowed, or not of this machine.
    """
    with step(f"{address} can not be bound"):
        if address.path:
            _remove_abandoned(address.path)
            made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                made.bind(address.path)
                made.listen(backlog)
            except OSError:
                made.close()
                raise
            made.settimeout(0)
            return made, address
        family, place = resolved(address)
        made = socket.create_server(place[:2], family=family, backlog=backlog)
        made.settimeout(0)
        return made, Address(host=address.host, port=made.getsockname()[1])


def _remove_abandoned(path: str) -> None:
    """Remove a unix socket at which nobody listens any more: of a server that was killed."""
    with contextlib.suppress(OSError):
        if not stat.S_ISSOCK(Path(path).stat().st_mode):
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(path)
            except ConnectionRefusedError:
                Path(path).unlink()
