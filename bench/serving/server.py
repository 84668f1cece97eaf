"""One server as the conductor sees it: started on a free port, checked healthy, stopped whole."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bench import children
from bench.race.contestant import InterruptedRaceError
from bench.race.memory import PeakMemory
from bench.race.meter import tree_of_ns
from bench.scenario import BenchError
from bench.serving import database, work
from bench.serving.apps._ways import POOL, WAY
from bench.serving.host import BACKLOG

if TYPE_CHECKING:
    from bench.race.contestant import Interrupt
    from bench.race.memory import MemoryKind
    from bench.serving.contestants import ServerSpec

CHECKOUT = Path(__file__).resolve().parents[2]
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

    Attributes:
        port: where it listens, on 127.0.0.1.
        startup_ns: from its start until it answered for the first time.
    """

    def __init__(self, spec: ServerSpec, database_file: str = "") -> None:
        self.spec = spec
        self.startup_ns = 0
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop()
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.bind(("127.0.0.1", 0))
            sock.listen(BACKLOG)
            self.port = sock.getsockname()[1]
            self._born_ns = time.perf_counter_ns()
            self._process = subprocess.Popen(
                spec.command(sock.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=self._complaints,
                stderr=self._complaints,
                env=children.environment()
                | {
                    "PYTHONPATH": str(CHECKOUT),
                    WAY: spec.way,
                    POOL: str(spec.pool),
                    database.FILE: database_file,
                },
                pass_fds=[sock.fileno()],
                start_new_session=True,
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
        return self._process.poll() is None

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
                raise ServerError(self.how_it_ended())
            if self._answers(min(ASK_WITHIN_S, max(0.1, until_s - time.monotonic()))):
                self.startup_ns = self.startup_ns or time.perf_counter_ns() - self._born_ns
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

    def how_it_ended(self) -> str:
        """Return how the server's process ended, and its last words."""
        status = self._process.wait()
        self._complaints.seek(0)
        last_line = self._complaints.read().decode(errors="replace").strip().rpartition("\n")[2]
        how = f"ended with status {status}"
        if status < 0:
            how = f"was killed by {children.signal_name(-status)}"
        return f"its server {how}" + (f": {last_line}" if last_line else "")

    def say_goodbye(self) -> None:
        """Ask it to stop in order, without waiting for it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def stop(self) -> None:
        """Stop it with all that it started; safe to call twice."""
        self.say_goodbye()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_WITHIN_S)
        # The whole session, also after an orderly end: a worker that hangs must not stay behind.
        children.end(self._process)
        self._complaints.close()

    def _answers(self, within_s: float) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=within_s)
        try:
            connection.request("GET", f"/{work.HEALTH}")
            response = connection.getresponse()
            return response.read() == work.answer(f"/{work.HEALTH}")
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
