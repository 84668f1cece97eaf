"""One server as the conductor sees it: started on a free port, checked healthy, stopped whole."""

from __future__ import annotations

import http.client
import socket
import time
from typing import TYPE_CHECKING, Self

from waitbench.loadtest import database, work
from waitbench.loadtest.host import BACKLOG
from waitbench.loadtest.ways import POOL, WAY
from waitbench.race.worker_process import InterruptedRaceError
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.services.http_client import HOST
from waitbench.services.managed_process import ManagedProcess
from waitbench.system import checkout
from waitbench.system.cpu import tree_of_ns
from waitbench.system.memory import PeakMemory

if TYPE_CHECKING:
    from waitbench.loadtest.server_spec import ServerSpec
    from waitbench.system.interrupt import Interrupt
    from waitbench.system.memory import MemoryKind

HEALTHY_WITHIN_S = 20.0
STOP_WITHIN_S = 3.0
ASK_WITHIN_S = 5.0
ASK_AGAIN_S = 0.05


class ServerError(BenchError):
    """This server did not come up, or is gone; the others go on."""


class Server:
    """A server's processes for the length of a `with` block, in a session of their own.

    The socket is bound and listens here and is inherited, so that no port is chosen twice and every
    server has the same queue and TCP_NODELAY.

    Args:
        spec: who serves, and how.
        database_file: what requests query; empty where none does.
        host: the address of this machine where it listens.

    Attributes:
        port: where it listens.
        startup_ns: from its start until it answered for the first time.
        ignored_exit: whether it was asked to end in order and had to be killed.
    """

    def __init__(self, spec: ServerSpec, database_file: str = "", host: str = HOST) -> None:
        self.spec, self.host = spec, host
        self.startup_ns = 0
        self.ignored_exit = False
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.bind((host, 0))
            sock.listen(BACKLOG)
            self.port = sock.getsockname()[1]
            self._process = ManagedProcess(
                spec.command(sock.fileno()),
                environ=processes.environment()
                | {
                    "PYTHONPATH": checkout.import_path(),
                    WAY: spec.way,
                    POOL: str(spec.pool),
                    database.FILE: database_file,
                },
                speaks=False,
                pass_fds=[sock.fileno()],
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Process id of the first of its processes, and of their session."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether that one still runs."""
        return self._process.alive

    def wait_healthy(
        self, within_s: float = HEALTHY_WITHIN_S, *, interrupt: Interrupt | None = None
    ) -> None:
        """Wait until it answers.

        Raises:
            ServerError: it has ended, with what it said last, or did not answer in time.
            InterruptedRaceError: a stop was requested meanwhile.
        """
        until_s = time.monotonic() + within_s
        while time.monotonic() < until_s:
            if interrupt and interrupt.requested:
                raise InterruptedRaceError("stopped on request")
            if not self.alive:
                raise ServerError(f"its server {self._process.how_it_ended()}")
            if self._answers(min(ASK_WITHIN_S, max(0.1, until_s - time.monotonic()))):
                self.startup_ns = self.startup_ns or time.perf_counter_ns() - self._process.born_ns
                return
            time.sleep(ASK_AGAIN_S)
        raise ServerError(f"its server did not answer within {within_s:g} s")

    def cpu_ns(self) -> int:
        """CPU nanoseconds that its processes have used so far."""
        return tree_of_ns(self.pid)

    def memory(self) -> tuple[int | None, MemoryKind | None]:
        """Bytes that its processes hold now, and how shared pages were counted."""
        with PeakMemory(self.pid) as peak:
            pass
        return peak.bytes, peak.kind

    def request_exit(self) -> None:
        """Ask it to stop in order, without waiting for it."""
        self._process.terminate()

    def stop(self) -> None:
        """Stop it with all that it started; safe to call twice."""
        self.request_exit()
        self._process.wait(STOP_WITHIN_S)
        self.ignored_exit = self.ignored_exit or self._process.alive
        self._process.end()

    def _answers(self, within_s: float) -> bool:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=within_s)
        try:
            connection.request("GET", f"/{work.HEALTH}")
            response = connection.getresponse()
            return response.read() == work.answer(f"/{work.HEALTH}")
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
