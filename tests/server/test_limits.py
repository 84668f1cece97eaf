"""What a client may take of the target: time, connections, memory; and how a start fails."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.server.target import Target
from waitbench_server import plans as plans_module
from waitbench_server.plan import Plan
from waitbench_server.plans import Plans
from waitbench_server.problem import Problem
from waitbench_server.startup import StartError, step

LOOPS = ["asyncio", "uvloop"]


def closed_after_s(sock: socket.socket, drip: bytes = b"") -> float:
    """How long until the server hangs up, if a byte more is sent every 0.1 s."""
    begun = monotonic()
    sock.settimeout(0.1)
    while monotonic() - begun < 20:
        try:
            if not sock.recv(65_536):
                break
        except TimeoutError:
            if drip:
                sock.sendall(drip)
        except ConnectionError:
            break
    return monotonic() - begun


@pytest.mark.processes
@pytest.mark.parametrize("loop", LOOPS)
def test_slow_heads_and_idle_connections_are_closed_and_patient_requests_are_not(loop: str) -> None:
    with Target("--loop", loop, "--header-timeout", "1", "--idle-timeout", "2") as target:
        patient = target.connect()
        patient.request("GET", "/?latency=3s")
        with ExitStack() as stack:
            slow, silent, idle = (
                stack.enter_context(socket.create_connection(target.address)) for _ in range(3)
            )
            idle.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
            assert closed_after_s(slow, drip=b"x") > 0.9
            assert target.stats()["connections"]["slow"] == 1  # it was not for being idle
            assert closed_after_s(silent) < 10
            assert closed_after_s(idle) < 10
        assert patient.getresponse().status == 200
        patient.close()
        assert target.stats()["connections"]["slow"] == 1


@pytest.mark.processes
def test_a_head_in_pieces_is_served_and_its_time_forgotten() -> None:
    with (
        Target("--header-timeout", "1") as target,
        socket.create_connection(target.address, timeout=20) as sock,
    ):
        for _ in range(2):
            for piece in (b"GET /?size=0 HT", b"TP/1.1\r\nHost: loc", b"alhost\r\n\r\n"):
                sock.sendall(piece)
                sleep(0.05)
            assert sock.recv(65_536).startswith(b"HTTP/1.1 200")
        sleep(1.2)
        sock.sendall(b"GET /?size=0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert sock.recv(65_536).startswith(b"HTTP/1.1 200")


@pytest.mark.processes
@pytest.mark.parametrize("loop", LOOPS)
def test_connections_beyond_the_limit_are_refused_and_counted(loop: str) -> None:
    # Of 100 files, 50 are kept for what is no connection.
    with Target("--loop", loop, files=100) as target, ExitStack() as stack:
        asking = target.connect()
        assert target.ask("/health", connection=asking).status == 200
        held = [
            stack.enter_context(socket.create_connection(target.address, timeout=20))
            for _ in range(120)
        ]
        until = monotonic() + 20
        counts = target.ask("/stats", connection=asking).json["connections"]
        while counts["refused"] < 71 and monotonic() < until:
            sleep(0.1)
            counts = target.ask("/stats", connection=asking).json["connections"]
        assert (counts["now"], counts["opened"], counts["refused"]) == (50, 50, 71)
        served = 0
        for sock in held:
            try:
                sock.sendall(b"GET /?size=0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                served += sock.recv(65_536).startswith(b"HTTP/1.1 200")
            except ConnectionError:
                continue
        assert served == 49
        stack.close()
        while counts["now"] > 1 and monotonic() < until:
            counts = target.ask("/stats", connection=asking).json["connections"]
        assert target.ask("/?latency=1ms").status == 200
        asking.close()


def test_prepared_answers_are_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans_module, "KEPT_BYTES", 5 * 1024**2)
    plans = Plans(Plan())
    for size in range(12):
        plans.find(f"/?encoding=gzip&size={1_048_576 - size}")  # noise: it does not shrink
    assert 4 * 1024**2 < plans.bytes <= 5 * 1024**2
    assert plans.find("/?encoding=gzip&size=1048565")[0].plan.size == 1_048_565


def test_answers_in_service_are_bounded_too_and_freed_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plans_module, "KEPT_BYTES", 300_000)
    monkeypatch.setattr(plans_module, "MOST_BYTES", 1_000_000)
    plans = Plans(Plan())
    sizes = iter(range(50_000, 50_020))
    in_service = []
    while plans.bytes < 1_000_000:
        in_service.append(plans.find(f"/?size={next(sizes)}")[0])
    with pytest.raises(Problem, match="too many large answers"):
        plans.find(f"/?size={next(sizes)}")
    assert 1_000_000 <= plans.bytes < 1_100_000
    in_service.clear()
    assert plans.bytes <= 300_000
    assert plans.find("/?size=50000")[0].plan.size == 50_000


def start(*options: str, shell: str = "") -> tuple[int, str]:
    """Start a server that can not; return its status and its complaint."""
    command = f'exec "$@" {shell}' if ">" in shell else f'{shell} exec "$@"'
    ran = subprocess.run(
        ["sh", "-c", command, "sh", sys.executable, "-m", "waitbench_server", *options],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return ran.returncode, ran.stderr


@pytest.mark.processes
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_start_that_fails_says_what_failed(workers: str) -> None:
    status, complaint = start("--workers", workers, shell="ulimit -n 16;")
    assert (status, complaint.count("\n")) == (2, 1)
    assert "files" in complaint
    assert "ulimit -n" in complaint
    assert "bound" not in complaint
    if Path("/dev/full").exists():
        status, complaint = start("--workers", workers, shell="> /dev/full")
        assert (status, complaint.count("\n")) == (2, 1)
        assert "No space left" in complaint
        assert "bound" not in complaint
        status, complaint = start("--help", shell="> /dev/full")
        assert (status, complaint.count("\n")) == (2, 1)
        assert "help can not be written: No space left" in complaint
    status, complaint = start("--workers", workers, "--host", "x" * 5_000)
    assert (status, complaint.count("\n")) == (2, 1)
    assert "no name of a host" in complaint
    status, complaint = start("--workers", workers, "--host", "192.0.2.1")
    assert (status, complaint.count("\n")) == (2, 1)
    assert "192.0.2.1:0 can not be bound: Cannot assign requested address" in complaint


def test_a_refusal_of_the_system_is_named_by_the_step_that_met_it() -> None:
    with (
        pytest.raises(StartError, match="port 80 can not be bound: Permission denied"),
        step("port 80 can not be bound"),
    ):
        raise PermissionError(13, "Permission denied (while attempting to bind on 'x')")
