"""The target's process: started for a run, asked about every round, stopped with nothing left."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import selectors
import shlex
import subprocess
import tempfile
import time
from typing import Any, Self
from urllib.parse import quote, urlsplit

from bench import children
from bench.scenario import BenchError

ANSWER_WITHIN_S = 10.0
STOP_WITHIN_S = 3.0
USAGE = 2
"""The target's exit status for options that it refuses."""


class TargetGoneError(BenchError):
    """The target died or fell silent in mid-run; what was measured before stays valid."""


class Target:
    """`python -m server` as a process of its own, for the length of a `with` block.

    Args:
        arguments: options of `python -m server` (`"--latency", "50ms"`); the port is chosen.
        ready_within_s: how long it may take to say where it listens.

    Attributes:
        ready: what its ready line said (`url`, `loop`, `timer`, `workers`, ...).
        url: where it listens, without a slash at the end.
    """

    def __init__(self, *arguments: str, ready_within_s: float = 20.0) -> None:
        self.ready: dict[str, Any] = {}
        self.url = ""
        self._arguments = arguments
        self._ready_within_s = ready_within_s
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        self._complaints = tempfile.TemporaryFile()  # stop() closes it
        # It is the instrument, not the patient: no debugging of its owner slows it down.
        self._process = children.start(
            "server", "--port", "0", *self._arguments, complaints=self._complaints
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
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Process id of the server; its workers, if it has some, are its children."""
        return self._running().pid

    def reset(self, label: str) -> dict[str, Any]:
        """Start a new period in the target's statistics.

        Args:
            label: name of the period that begins.

        Returns:
            The target's statistics of the period that ended.

        Raises:
            TargetGoneError: it has died (with its exit status or signal) or does not answer.
        """
        status, reply = 0, b""
        error: Exception | None = None
        path = f"/reset?label={quote(label, safe='')}"
        for patience_s in (0.05, 1.0):  # twice: the kept connection may have been closed while idle
            try:
                status, reply = self._post(path)
                error = None
                break
            except TimeoutError:
                raise TargetGoneError(
                    f"the target did not answer within {ANSWER_WITHIN_S:g} s; "
                    "run again, or watch it alone: waitbench serve"
                ) from None
            except (OSError, http.client.HTTPException) as caught:
                error = caught
                self._hang_up()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._running().wait(patience_s)  # its socket closes before it can be reaped
                if not self.alive:
                    break
        if error is not None:
            raise TargetGoneError(self._last_words(error))
        if status != http.client.OK:
            raise TargetGoneError(
                f"the target refused to start a new period (status {status}): "
                f"{reply.decode(errors='replace')[:200]}"
            )
        stats: dict[str, Any] = json.loads(reply)
        return stats

    def stop(self) -> None:
        """Stop it and whatever it started; safe to call twice."""
        self._hang_up()
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_WITHIN_S)
        # The whole session, also after an orderly end: a worker that hangs must not stay behind.
        children.end(process)
        if process.stdout:
            process.stdout.close()
        self._complaints.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise BenchError("the target is not running; use it inside `with Target() as target:`")
        return self._process

    def _post(self, path: str) -> tuple[int, bytes]:
        self._running()
        if self._connection is None:
            address = urlsplit(self.url)
            # http.client asks no environment for proxies, unlike urllib.request and requests.
            self._connection = http.client.HTTPConnection(
                address.hostname or "127.0.0.1", address.port, timeout=ANSWER_WITHIN_S
            )
        self._connection.request("POST", path)
        response = self._connection.getresponse()
        return response.status, response.read()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _read_ready_line(self, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        assert process.stdout is not None
        text = b""
        until = time.monotonic() + self._ready_within_s
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not text.endswith(b"\n"):
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise BenchError(
                        f"the target said nothing within {self._ready_within_s:g} s; {self._try()}"
                    )
                piece = os.read(process.stdout.fileno(), 65536)
                if not piece:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(1.0)
                    ended = self._how_it_ended()
                    # What it calls a mistake of ours is told by its last line in full.
                    hint = "" if process.returncode == USAGE else f"; {self._try()}"
                    raise BenchError(f"the target did not start: {ended}{hint}")
                text += piece
        try:
            ready: dict[str, Any] = json.loads(text.partition(b"\n")[0])
            ready["url"]
        except (ValueError, TypeError, KeyError):
            raise BenchError(
                f"the target's first line is no ready line: {text[:80]!r}; {self._try()}"
            ) from None
        return ready

    def _last_words(self, error: Exception) -> str:
        if self.alive:
            return f"the target runs but does not answer ({error!r}); {self._try()}"
        return f"the target died in mid-run: {self._how_it_ended()}"

    def _how_it_ended(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        last_words = f", and it said: {last}" if last else ""
        return f"{_ending(self._running().poll())}{last_words}"

    def _try(self) -> str:
        command = shlex.join(("waitbench", "serve", *self._arguments))
        return f"to watch it alone, type: {command}"


def _ending(returncode: int | None) -> str:
    if returncode is None:
        return "it closed its output"
    if returncode < 0:
        return f"killed by {children.signal_name(-returncode)}"
    return f"exit status {returncode}"
