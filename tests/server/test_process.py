from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
from time import monotonic, sleep

import psutil
import pytest

from tests.server.target import Target

pytestmark = pytest.mark.processes


def gone(pid: int) -> bool:
    end = monotonic() + 10
    while monotonic() < end:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        sleep(0.05)
    return False


def test_the_ready_line_says_what_serves_where() -> None:
    with Target("--latency", "50ms", "--seed", "3", "--loop", "asyncio") as target:
        ready = target.ready
        assert ready["event"] == "ready"
        assert ready["url"].startswith("http://127.0.0.1:")
        assert ready["pid"] == target.process.pid
        assert (ready["workers"], ready["loop"], ready["seed"]) == (1, "asyncio", 3)
        assert ready["latency"] == "50ms"
        assert ready["timer"] in {"timerfd", "fallback"}
        assert target.ask("/health").json == {"status": "ok"}
        plan = target.ask("/plan?latency=5ms:90,200ms:10").json
        assert plan == {"latency": "5ms:90,200ms:10", "mean_ns": 24_500_000}


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_soon_whatever_it_serves(workers: str, stop: signal.Signals) -> None:
    target = Target("--workers", workers)
    with socket.create_connection(target.address, timeout=20) as sock:
        sock.sendall(b"GET /?latency=30s HTTP/1.1\r\nHost: localhost\r\n\r\n")
        sleep(0.1)
        target.process.send_signal(stop)
        _, errors = target.process.communicate(timeout=15)
    assert target.process.returncode == 0
    assert errors == ""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_ends_with_its_parent(workers: str) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(f"""
                import subprocess, sys, time
                child = subprocess.Popen(
                    [sys.executable, "-m", "waitbench_server", "--workers", "{workers}"],
                    stdout=subprocess.PIPE,
                )
                child.stdout.readline()
                print(child.pid, flush=True)
                time.sleep(60)
            """),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    family = [pid, *(child.pid for child in psutil.Process(pid).children())]
    assert len(family) == (1 if workers == "1" else 3)
    parent.kill()
    parent.communicate()
    assert all(gone(member) for member in family)


def test_it_outlives_the_thread_that_started_it() -> None:
    script = textwrap.dedent("""
        import subprocess, sys, threading, time
        started = []
        def start():
            started.append(
                subprocess.Popen([sys.executable, "-m", "waitbench_server"], stdout=subprocess.PIPE)
            )
            started[0].stdout.readline()
        thread = threading.Thread(target=start)
        thread.start()
        thread.join()
        time.sleep(0.6)
        print(started[0].poll(), flush=True)
        started[0].terminate()
        started[0].communicate()
    """)
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True
    )
    assert ran.stdout == "None\n"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_taken_port_is_one_line_and_status_2(workers: str) -> None:
    with Target("--workers", workers) as target:
        port = target.address[1]
        ran = subprocess.run(
            [sys.executable, "-m", "waitbench_server", "--port", str(port), "--workers", workers],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert len(ran.stderr.splitlines()) == 1
    assert f"127.0.0.1:{port}" in ran.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--latency", "fast"], "--latency: 'fast' is not a duration"),
        (["--size", "99M"], "--size"),
        (["--port", "x"], "--port"),
        (["--port", "70000"], "--port"),
        (["--workers", "0"], "--workers"),
        (["--nonsense"], "--nonsense"),
        (["--workers", "2", "--capacity", "3"], "use --workers 1"),
        (["--host", "not-a-host.invalid"], "not-a-host.invalid"),
    ],
)
def test_a_bad_option_is_one_line_and_status_2(options: list[str], says: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "waitbench_server", *options],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert says in ran.stderr


def test_help_explains_every_distribution() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "waitbench_server", "--help"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    for form in ("lognormal(p50=20ms,p99=200ms,cap=2s)", "frozen 1s every 5s", "file:PATH"):
        assert form in ran.stdout


def test_beyond_loopback_it_says_so() -> None:
    target = Target("--host", "0.0.0.0")
    target.process.send_signal(signal.SIGTERM)
    _, errors = target.process.communicate(timeout=15)
    assert len(errors.splitlines()) == 1
    assert "0.0.0.0" in errors


def test_workers_add_up_whichever_answers() -> None:
    with Target("--workers", "2") as target:
        assert target.ready["workers"] == 2
        connections = [target.connect() for _ in range(16)]
        target.reset("round")
        for connection in connections * 3:
            assert target.ask("/?latency=1ms", connection=connection).status == 200
        counts = [target.ask("/stats", connection=each).json["requests"] for each in connections]
        assert counts == [48] * 16
        ended = target.ask("/reset?label=next", "POST", connection=connections[0]).json
        assert (ended["label"], ended["workers"], ended["requests"]) == ("round", 2, 48)
        assert ended["responses"] == {"200": 48}
        after = [target.ask("/stats", connection=each).json for each in connections]
        assert {(each["label"], each["requests"]) for each in after} == {("next", 0)}
        for connection in connections:
            connection.close()


def test_a_worker_that_dies_ends_them_all_with_a_line() -> None:
    target = Target("--workers", "2")
    victim, other = psutil.Process(target.process.pid).children()
    os.kill(victim.pid, signal.SIGKILL)
    _, errors = target.process.communicate(timeout=15)
    assert target.process.returncode == 1
    assert f"worker {victim.pid} ended" in errors
    assert gone(other.pid)
