"""A real target process and a plain client for the tests."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from http.client import HTTPConnection
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        return document


class Target:
    """`python -m waitbench_server` with the given options, stopped at the end of the block.

    Args:
        options: of the command line.
        files: how many it may have open, if not as many as we.
    """

    def __init__(self, *options: str, files: int | None = None) -> None:
        limited = [] if files is None else ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh"]
        self.process = subprocess.Popen(
            [*limited, sys.executable, "-m", "waitbench_server", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate()[1])
        self.ready: dict[str, Any] = json.loads(line)
        self.url: str = self.ready["url"]
        split = urlsplit(self.url)
        self.address = (split.hostname or "", split.port or 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)

    def connect(self) -> HTTPConnection:
        return HTTPConnection(*self.address, timeout=20)

    def ask(
        self,
        path: str,
        method: str = "GET",
        connection: HTTPConnection | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Reply:
        used = connection or self.connect()
        try:
            used.request(method, path, headers=headers)
            response = used.getresponse()
            return Reply(
                status=response.status,
                headers={name.lower(): text for name, text in response.getheaders()},
                body=response.read(),
            )
        finally:
            if connection is None:
                used.close()

    def stats(self) -> dict[str, Any]:
        return self.ask("/stats").json

    def reset(self, label: str = "") -> dict[str, Any]:
        return self.ask(f"/reset?label={label}", "POST").json

    @property
    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()


def raw(target: Target, request: bytes) -> bytes:
    """Send bytes as they are and read until the server closes."""
    with socket.create_connection(target.address, timeout=20) as sock:
        sock.sendall(request)
        answer = b""
        while chunk := sock.recv(65_536):
            answer += chunk
        return answer
