"""Writes an upstream's response times, a duration a line, as `--latency file:PATH` reads them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from waitbench_server.latency import MOST_VALUES
from waitbench_server.startup import step
from waitbench_server.units import MAXIMUM_NS, MS

if TYPE_CHECKING:
    from waitbench_server.period import Member
    from waitbench_server.proxy.addresses import Address

_AT_ONCE: Final = 4_096  # lines are kept in memory until then, or until a chore comes round


class Record:
    """The file, written in whole lines; what it can not take is counted and ends nothing."""

    def __init__(self, path: str, upstream: Address) -> None:
        """Begin the file anew.

        Raises:
            StartError: it can not be written.
        """
        self._path = path
        self._lines: list[str] = []
        self._written = self._lost = 0
        self._failed = False
        with step(f"{path} can not be written"):
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
            self._file = os.open(path, flags, 0o644)
            os.write(
                self._file, f"# response times of {upstream}, measured by waitbench\n".encode()
            )

    def add(self, response_ns: int) -> None:
        """Keep one response time."""
        if self._failed or self._written + len(self._lines) >= MOST_VALUES:
            self._lost += 1
            return
        self._lines.append(f"{min(response_ns, MAXIMUM_NS) / MS:.6f}ms\n")
        if len(self._lines) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what was kept; after a failure, which is said once, nothing more."""
        if not self._lines:
            return
        lines, self._lines = self._lines, []
        try:
            rest = "".join(lines).encode()
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as refused:
            self._failed = True
            self._lost += len(lines)
            sys.stderr.write(f"server: {self._path}: {refused.strerror}; it is recorded no more\n")
        else:
            self._written += len(lines)

    def member(self) -> Member:
        """Return what `/stats` says of it."""
        self.flush()
        return {"file": self._path, "written": self._written, "lost": self._lost}

    def close(self) -> None:
        """Write the rest and close the file."""
        self.flush()
        os.close(self._file)
