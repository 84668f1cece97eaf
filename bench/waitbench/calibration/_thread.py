"""What a bare thread can do at best: it sleeps to the deadline and writes a prepared answer.

Run as `python -m waitbench.calibration._thread DELAY_NS SIZE`. Each connection has a thread of its
own, which reads a request, sleeps in `clock_nanosleep` until the absolute moment, and sends bytes
that were made ready before. Nothing is parsed, no loop turns, and the kernel is told to wake it
without slack. It prints its URL, and for each line that it reads one line of JSON: how late each
answer was handed over since the line before, in nanoseconds.
"""

from __future__ import annotations

import ctypes
import json
import socket
import sys
import threading
from contextlib import suppress
from time import CLOCK_MONOTONIC, monotonic_ns
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_S: Final = 1_000_000_000
_ABSOLUTE: Final = 1
_PR_SET_TIMERSLACK: Final = 29
_STACK_BYTES: Final = 256 * 1024


class _Moment(ctypes.Structure):
    _fields_ = (("s", ctypes.c_long), ("ns", ctypes.c_long))


def sleeper() -> Callable[[int], None]:
    """Return what sleeps until a moment of `monotonic_ns`, with a wake-up as exact as there is."""
    libc = ctypes.CDLL(None)  # which lets go of the lock while it sleeps
    libc.prctl(_PR_SET_TIMERSLACK, ctypes.c_ulong(1), 0, 0, 0)
    moment = _Moment()
    pointer = ctypes.byref(moment)

    def sleep_until(at_ns: int) -> None:
        moment.s, moment.ns = divmod(at_ns, _S)
        libc.clock_nanosleep(CLOCK_MONOTONIC, _ABSOLUTE, pointer, None)

    return sleep_until


def _serve(connection: socket.socket, delay_ns: int, answer: bytes, errors_ns: list[int]) -> None:
    sleep_until = sleeper()
    with connection, suppress(OSError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while connection.recv(65_536):
            due_ns = monotonic_ns() + delay_ns
            sleep_until(due_ns)
            errors_ns.append(monotonic_ns() - due_ns)
            connection.sendall(answer)


def _accept(listener: socket.socket, delay_ns: int, answer: bytes, errors_ns: list[int]) -> None:
    while True:
        connection, _ = listener.accept()
        arguments = (connection, delay_ns, answer, errors_ns)
        threading.Thread(target=_serve, args=arguments, daemon=True).start()


def main() -> None:
    """Serve until the input ends."""
    delay_ns, size = int(sys.argv[1]), int(sys.argv[2])
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode() + b"x" * size
    errors_ns: list[int] = []
    threading.stack_size(_STACK_BYTES)
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    arguments = (listener, delay_ns, answer, errors_ns)
    threading.Thread(target=_accept, args=arguments, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        taken = errors_ns[:]
        del errors_ns[: len(taken)]
        sys.stdout.write(json.dumps(taken) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
