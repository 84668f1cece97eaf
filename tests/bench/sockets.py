"""Looks at the sockets of a running process, those of others included."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest

_PIDFD_GETFD = 438
"""Number of the system call, the same on every architecture of Linux."""


def sends_at_once(pid: int, port: int) -> dict[int, bool]:
    """Look at the TCP connections of a process that have `port` at one of their ends.

    Skips the test where the system does not let us: not Linux, an old kernel, a strict container.

    Returns:
        For each, by the port of its other end: whether it sends at once (TCP_NODELAY), instead of
        waiting for the ACK of the last packet.
    """
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        pytest.skip("other processes' sockets can be looked at on Linux only")
    states: dict[int, bool] = {}
    pidfd = os.pidfd_open(pid)
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                if link.readlink().name.startswith("socket:"):
                    states |= _look(_borrow(pidfd, int(link.name)), port)
    finally:
        os.close(pidfd)
    return states


def _borrow(pidfd: int, number: int) -> socket.socket:
    copy = ctypes.CDLL(None, use_errno=True).syscall(_PIDFD_GETFD, pidfd, number, 0)
    if copy < 0:
        pytest.skip(f"not allowed to look: {os.strerror(ctypes.get_errno())}")
    return socket.socket(fileno=copy)


def _look(sock: socket.socket, port: int) -> dict[int, bool]:
    with sock, suppress(OSError):  # it listens, or is no longer connected
        if sock.family == socket.AF_INET:
            ends = [sock.getsockname()[1], sock.getpeername()[1]]
            if port in ends:
                ends.remove(port)
                at_once = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                return {ends[0]: bool(at_once)}
    return {}
