"""A watched worker read from outside, by what Python 3.15 has for it: a thousand times a second.

`python -m waitbench.profiling.outside MODEL …` runs `waitbench.profiling.worker` in a child and
ends as that does. The child says on a socket of its own when to begin, and gets its lanes at the
end; it does nothing itself to be watched. Which functions of C a thread is in shows nowhere: in
their place stands whether it sleeps, waits for the GIL, or has a core.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from waitbench.profiling.lane_reader import LaneReader, UnreadableError

if TYPE_CHECKING:
    from waitbench.profiling.windows import RawLane

SOCKET = "WAITBENCH_PROFILE_SOCKET"
"""Environment variable of the watched process: the number of its end."""
INTERVAL_S = 0.001
END = b"\n"


class Outside:
    """The watched process' end: who watches is asked to begin, and for what was seen."""

    preloaded: tuple[str, ...] = ()

    def __init__(self, number: int) -> None:
        self._socket = socket.socket(fileno=number)
        self._answers = self._socket.makefile("rb")
        self.rate_hz: float | None = None
        self.awaiting: dict[str, float] = {}

    def start(self, *, awaits: bool) -> None:
        """Have this process read from now on.

        Raises:
            UnreadableError: it cannot be.
        """
        if refusal := self._ask({"op": "start", "awaits": awaits})["refusal"]:
            raise UnreadableError(refusal)

    def stop(self) -> list[RawLane]:
        """Return what was seen of every thread and every child since the start."""
        answer = self._ask({"op": "stop"})
        self.rate_hz, self.awaiting = answer["rate_hz"], answer["awaiting"]
        lanes: list[RawLane] = answer["lanes"]
        return lanes

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        self._socket.sendall(json.dumps(order).encode() + END)
        answer: dict[str, Any] = json.loads(self._answers.readline())
        return answer


def run(command: list[str]) -> int:
    """Run a program, read it when it says so, and return its status; negative if of a signal."""
    ours, theirs = socket.socketpair()
    environ = {**os.environ, SOCKET: str(theirs.fileno())}
    with ours, subprocess.Popen(command, env=environ, pass_fds=[theirs.fileno()]) as child:
        theirs.close()
        watch(child.pid, ours)
    return child.returncode


def watch(pid: int, orders: socket.socket) -> None:
    """Read a process between each start and stop, until it has closed its end."""
    reader: LaneReader | None = None
    next_s = time.perf_counter()
    with orders.makefile("rb") as lines:
        while True:
            wait_s = None if reader is None else max(0.0, next_s - time.perf_counter())
            if select.select([orders], [], [], wait_s)[0]:
                if not (line := lines.readline()):
                    return
                reader, answer = _obeyed(pid, reader, json.loads(line))
                orders.sendall(json.dumps(answer).encode() + END)
                next_s = time.perf_counter()
            elif reader is not None:
                reader.tick()
                # One that came too late is left out, and not made up for by two in a row.
                next_s = max(next_s + INTERVAL_S, time.perf_counter())


def _obeyed(
    pid: int, reader: LaneReader | None, order: dict[str, Any]
) -> tuple[LaneReader | None, dict[str, Any]]:
    if order["op"] == "start":
        try:
            return LaneReader(pid, awaits=order["awaits"]), {"refusal": None}
        except UnreadableError as refused:
            return None, {"refusal": str(refused)}
    assert reader is not None
    return None, {
        "lanes": reader.lanes(),
        "rate_hz": reader.rate_hz,
        "awaiting": reader.awaiting(),
    }


if __name__ == "__main__":
    status = run([sys.executable, "-P", "-m", "waitbench.profiling.worker", *sys.argv[1:]])
    if status < 0:  # how it ended is told of us
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)
