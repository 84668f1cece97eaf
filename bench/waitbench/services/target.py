"""The target's process: started for a run, asked about every round, stopped with nothing left."""

from __future__ import annotations

import http.client
import json
import shlex
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from waitbench.scenario import BenchError
from waitbench.services.managed_process import ManagedProcess

ANSWER_WITHIN_S = 10.0
STOP_WITHIN_S = 3.0
USAGE = 2
"""The target's exit status for options that it refuses."""


class TargetGoneError(BenchError):
    """The target died or fell silent in mid-run; what was measured before stays valid."""


class ForeignResetError(BenchError):
    """Somebody else began a new period: part of what the target counted is lost."""


class Target:
    """`python -m waitbench_server` as a process of its own, for the length of a `with` block.

    Args:
        arguments: options of `python -m waitbench_server` (`"--latency", "50ms"`); the port is
            chosen.
        ready_within_s: how long it may take to say where it listens.

    Attributes:
        ready: what its ready line said (`url`, `loop`, `timer`, `workers`, ...).
        url: where it listens, without a slash at the end.
    """

    def __init__(self, *arguments: str, ready_within_s: float = 20.0) -> None:
        self.ready: dict[str, Any] = {}
        self.url = ""
        self._arguments = arguments
        self._label = ""
        self._ready_within_s = ready_within_s
        self._process: ManagedProcess | None = None
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        self._process = ManagedProcess.of_module(
            "waitbench_server", "--port", "0", *self._arguments
        )
        try:
            self.ready = self._read_ready_line(self._process)
            self.url = str(self.ready["url"]).rstrip("/")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self._process is not None and self._process.alive

    @property
    def pid(self) -> int:
        """Process id of the server; its workers, if it has some, are its children."""
        return self._running().pid

    def check(self, **parameters: str) -> None:
        """Ask whether requests with these parameters would be served.

        Raises:
            BenchError: they would be refused; names the parameter and what is allowed.
            TargetGoneError: it has died or does not answer.
        """
        status, reply = self._ask("GET", f"/plan?{urlencode(parameters)}")
        if status != http.client.OK:
            problem: dict[str, str] = json.loads(reply)
            raise BenchError(f"{problem['detail']}; allowed: {problem['allowed']}")

    def reset(self, label: str) -> dict[str, Any]:
        """Start a new period in the target's statistics.

        Args:
            label: name of the period that begins.

        Returns:
            The target's statistics of the period that ended.

        Raises:
            ForeignResetError: the period that ended was not the one that was begun here.
            TargetGoneError: it has died (with its exit status or signal) or does not answer.
        """
        status, reply = self._ask("POST", f"/reset?{urlencode({'label': label})}")
        if status != http.client.OK:
            raise TargetGoneError(
                f"the target refused to start a new period (status {status}): "
                f"{reply.decode(errors='replace')[:200]}"
            )
        stats: dict[str, Any] = json.loads(reply)
        begun, self._label = self._label, label
        if stats["label"] != begun:
            raise ForeignResetError(
                f"somebody else began a new period of the target {self.url} ({stats['label']!r} "
                f"in the place of {begun!r}); see that nobody but waitbench uses it, and run again"
            )
        return stats

    def stop(self) -> None:
        """Stop it and whatever it started; safe to call twice."""
        self._hang_up()
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.end(STOP_WITHIN_S)

    def _running(self) -> ManagedProcess:
        if self._process is None:
            raise BenchError("the target is not running; use it inside `with Target() as target:`")
        return self._process

    def _ask(self, method: str, path: str) -> tuple[int, bytes]:
        process = self._running()
        for patience_s in (0.05, 1.0):  # twice: the kept connection may have been closed while idle
            try:
                return self._request(method, path)
            except TimeoutError:
                raise TargetGoneError(
                    f"the target did not answer within {ANSWER_WITHIN_S:g} s; "
                    "run again, or watch it alone: waitbench serve"
                ) from None
            except (OSError, http.client.HTTPException) as caught:
                error = caught
                self._hang_up()
                process.wait(patience_s)  # its socket closes before it can be reaped
                if not process.alive:
                    break
        if process.alive:
            raise TargetGoneError(f"the target runs but does not answer ({error!r}); {self._try()}")
        raise TargetGoneError(f"the target died in mid-run: it {process.how_it_ended()}")

    def _request(self, method: str, path: str) -> tuple[int, bytes]:
        if self._connection is None:
            address = urlsplit(self.url)
            # http.client asks no environment for proxies, unlike urllib.request and requests.
            self._connection = http.client.HTTPConnection(
                address.hostname or "127.0.0.1", address.port, timeout=ANSWER_WITHIN_S
            )
        self._connection.request(method, path)
        response = self._connection.getresponse()
        return response.status, response.read()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _read_ready_line(self, process: ManagedProcess) -> dict[str, Any]:
        try:
            line = process.read_line(self._ready_within_s)
        except TimeoutError:
            raise BenchError(
                f"the target said nothing within {self._ready_within_s:g} s; {self._try()}"
            ) from None
        except EOFError:
            ended = process.how_it_ended()
            # What it calls a mistake of ours is told by its last line in full.
            hint = "" if process.status == USAGE else f"; {self._try()}"
            raise BenchError(f"the target did not start: it {ended}{hint}") from None
        try:
            ready: dict[str, Any] = json.loads(line)
            ready["url"]
        except (ValueError, TypeError, KeyError):
            raise BenchError(
                f"the target's first line is no ready line: {line[:80]!r}; {self._try()}"
            ) from None
        return ready

    def _try(self) -> str:
        command = shlex.join(("waitbench", "serve", *self._arguments))
        return f"to watch it alone, type: {command}"
