"""Starts the workers: one in this process, or several forked ones that it watches over."""

from __future__ import annotations

import json
import os
import platform
import signal
import socket
import sys
from dataclasses import asdict
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from waitbench_server.ledger import Book, Ledger
from waitbench_server.lifetime import PARENT_SIGNAL, Parent, raise_file_limit
from waitbench_server.startup import StartError, check_files, step
from waitbench_server.timer import choose
from waitbench_server.worker import BACKLOG, Ready, Worker, loop_factory

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench_server.options import Options

_POLL_S: Final = 0.05
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, PARENT_SIGNAL)
_GRACE_S: Final = 2.0


def listeners(host: str, port: int, count: int) -> list[socket.socket]:
    """Bind one listening socket per worker, all to the same port.

    On Linux the kernel then spreads the connections over them; elsewhere workers share one.

    Raises:
        StartError: the address is taken, not allowed, or not of this machine.
    """
    with step(f"{host[:80]}:{port} can not be bound"):
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = addresses[0]
        first = socket.create_server(address[:2], family=family, backlog=BACKLOG)
        if count == 1 or platform.system() != "Linux":
            return [first] * count
        # A first bind without sharing finds out whether somebody else has the port.
        bound = first.getsockname()[:2]
        first.close()
        return [
            socket.create_server(bound, family=family, backlog=BACKLOG, reuse_port=True)
            for _ in range(count)
        ]


def serve(options: Options, announce: Callable[[str, Ready], None]) -> int:
    """Serve until stopped; return the exit status.

    Raises:
        StartError: the system refused what it needs.
        ModuleNotFoundError: uvloop was asked for and is not installed.
    """
    parent = Parent()
    loop_factory(options.loop)  # better now than in a worker
    raise_file_limit()
    check_files()
    sockets = listeners(options.host, options.port, options.workers)
    url = _url(sockets[0])
    timer = choose(options.timer)
    with step("the memory that its workers share can not be had"):
        book = Book(options.workers)

    def ready(facts: Ready) -> None:
        book.begin("")  # what the start cost is not part of the first period
        announce(url, facts)

    if options.workers == 1:
        Worker(
            options=options,
            timer=timer,
            listener=sockets[0],
            ledger=Ledger(book, 0),
            parent=parent,
            ready=ready,
        ).run()
        return 0
    return _Supervisor(parent).run(options, sockets, book, ready)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Supervisor:
    """Forks the workers, and ends them all when one ends, when told to, or with its parent."""

    def __init__(self, parent: Parent) -> None:
        self._parent = parent
        self._stop = False
        self._children: set[int] = set()

    def run(
        self,
        options: Options,
        sockets: list[socket.socket],
        book: Book,
        ready: Callable[[Ready], None],
    ) -> int:
        own = Parent(os.getpid())
        for signal_number in _SIGNALS:
            signal.signal(signal_number, self._signalled)
        self._parent.watch()
        try:
            replies = self._start(options, sockets, book, own)
            if len(replies) == options.workers:
                ready(replies[0])
        except StartError:
            self._end_all()
            raise
        return self._watch()

    def _start(
        self, options: Options, sockets: list[socket.socket], book: Book, own: Parent
    ) -> list[Ready]:
        """Fork the workers; return what those said that could start."""
        with step("no pipe to the workers can be had"):
            reading, writing = os.pipe()
        for number in range(options.workers):
            with step(f"worker {number + 1} of {options.workers} can not be started"):
                child = os.fork()
            if child == 0:
                os.close(reading)
                _be_worker(options, sockets, Ledger(book, number), own, writing)
            self._children.add(child)
        os.close(writing)
        for sock in sockets:
            sock.close()
        with os.fdopen(reading) as lines:
            replies = [json.loads(line) for _, line in zip(self._children, lines, strict=False)]
        for reply in replies:
            if "failure" in reply:
                raise StartError(reply["failure"])
        return [Ready(**reply) for reply in replies]

    def _signalled(self, number: int, frame: object) -> None:
        del frame
        if number != PARENT_SIGNAL or self._parent.gone:
            self._stop = True

    def _watch(self) -> int:
        """Wait for the end of a worker or the order to stop; then end the rest."""
        while not self._stop and not self._parent.gone:
            ended = self._ended()
            if ended:
                sys.stderr.write(f"worker {ended} ended by itself; stopping the others\n")
                self._end_all()
                return 1
            sleep(_POLL_S)
        self._end_all()
        return 0

    def _ended(self) -> int:
        child, _ = os.waitpid(-1, os.WNOHANG)
        self._children.discard(child)
        return child

    def _end_all(self) -> None:
        for child in self._children:
            os.kill(child, signal.SIGTERM)
        end = monotonic() + _GRACE_S
        while self._children:
            if not self._ended():
                if monotonic() > end:
                    for child in self._children:
                        os.kill(child, signal.SIGKILL)
                sleep(_POLL_S / 5)


def _be_worker(
    options: Options, sockets: list[socket.socket], ledger: Ledger, parent: Parent, writing: int
) -> None:
    """Serve in a forked process, and leave it without running the parent's code."""
    status = 1
    try:
        for signal_number in _SIGNALS:
            signal.signal(signal_number, signal.SIG_DFL)
        listener = sockets[ledger.worker]
        for sock in sockets:
            if sock is not listener:
                sock.close()

        def reply(members: dict[str, object]) -> None:
            os.write(writing, json.dumps(members).encode() + b"\n")
            os.close(writing)

        Worker(
            options=options,
            timer=choose(options.timer),
            listener=listener,
            ledger=ledger,
            parent=parent,
            ready=lambda facts: reply(asdict(facts)),
        ).run()
        status = 0
    except StartError as failure:
        reply({"failure": str(failure)})
    except KeyboardInterrupt:
        status = 0
    finally:
        os._exit(status)
