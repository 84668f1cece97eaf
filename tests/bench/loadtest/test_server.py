import http.client
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from waitbench.loadtest import work
from waitbench.loadtest.server import Server, ServerError
from waitbench.loadtest.server_spec import ServerSpec
from waitbench.loadtest.servers import ALL
from waitbench.registry import optional

pytestmark = pytest.mark.processes


def ask(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def processes(session: int) -> list[int]:
    """Those of one session that are still there; ended ones that nobody waits for count not."""
    pids = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                pids.append(process.pid)
        except (psutil.Error, ProcessLookupError):
            continue
    return pids


def gone(session: int) -> bool:
    """Whether all of a session end within a moment: who is killed takes one to be gone."""
    until_s = time.monotonic() + 5
    while processes(session):
        if time.monotonic() > until_s:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("name", ALL)
def test_every_server_gives_the_same_answers_and_leaves_nothing(name: str) -> None:
    missing = optional.missing(*ALL[name].needs)
    if missing:
        pytest.skip(missing)
    with Server(ALL[name]) as server:
        server.wait_healthy()
        assert ask(server.port, "/wait/1000000") == (200, b"waited 1000000\n")
        # The fourth figure of Park and Miller's generator from 1: 48271^4 mod 2^31 - 1.
        assert ask(server.port, "/compute/4") == (200, b"computed 1914720637\n")
        assert ask(server.port, "/dream/4")[0] == 404
        assert server.cpu_ns() > 0
        assert server.startup_ns > 0
        memory_bytes, _ = server.memory()
        assert memory_bytes
        assert len(processes(server.pid)) >= 1
        session = server.pid
    assert gone(session)


def test_the_right_answer_of_computing_is_known_by_another_way() -> None:
    assert work.expected("compute", 4) == b"computed 1914720637\n"
    assert work.expected("compute", 1_000) == work.answer("/compute/1000")


def test_a_server_that_does_not_come_up_says_why() -> None:
    broken = ServerSpec(name="broken", server="gunicorn", worker="no.such.Worker", note="")
    with (
        Server(broken) as server,
        pytest.raises(ServerError, match="its server exited with status"),
    ):
        server.wait_healthy()


def test_a_server_that_is_killed_says_so() -> None:
    with Server(ALL["waitress"]) as server:
        server.wait_healthy()
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(ServerError, match="was killed by SIGKILL"):
            server.wait_healthy()


def test_a_worker_that_hangs_does_not_stay_behind() -> None:
    with Server(ALL["processes"]) as server:
        server.wait_healthy()
        session = server.pid
        for child in psutil.Process(session).children():
            child.suspend()  # it will not hear the order to stop
        began_s = time.monotonic()
    assert gone(session)
    assert time.monotonic() - began_s < 20


OWNER = """
import sys, time
from waitbench.loadtest.servers import ALL
from waitbench.loadtest.server import Server
with Server(ALL[sys.argv[1]]) as server:
    server.wait_healthy()
    print(server.pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process of its parent's end"
)
@pytest.mark.parametrize("name", ["processes", "asyncio-processes"])
def test_no_server_outlives_a_race_that_is_killed(name: str) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER, name], stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        session = int(owner.stdout.readline())
        assert processes(session)
        owner.kill()
    assert gone(session)
