from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, monotonic_ns, sleep
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.server.target import Target
from tests.server.upstreams import echo, flood, halting, listening, rude, web

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.processes

MS = 1_000_000
PLAIN = {
    "latency": "0",
    "up": "0",
    "connect": "0",
    "per": "byte",
    "rate": "0",
    "up_rate": "0",
    "fault": "none",
    "after": "0",
}


@dataclass(frozen=True)
class Proxy:
    """A running proxy with several links."""

    target: Target
    folder: Path

    def change(self, link: str, **given: str) -> dict[str, Any]:
        typed = "&".join(f"{name.replace('_', '-')}={text}" for name, text in given.items())
        reply = self.target.ask(f"/proxy?link={link}&{typed}", "POST")
        assert reply.status == 200, reply.body
        changed: dict[str, Any] = reply.json[link]
        return changed

    def stats(self, link: str) -> dict[str, Any]:
        counted: dict[str, Any] = self.target.stats()["proxy"][link]
        return counted

    def connect(self, link: str) -> socket.socket:
        place = self.target.ready["proxy"][link]["listen"]
        if place.startswith("unix:"):
            sock = socket.socket(socket.AF_UNIX)
            sock.settimeout(20)
            sock.connect(place.removeprefix("unix:"))
            return sock
        host, _, port = place.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=20)

    def until(self, link: str, *path: str, count: int) -> None:
        """Wait until the link has counted so many."""
        end = monotonic() + 20
        while True:
            found: Any = self.stats(link)
            for name in path:
                found = found.get(name, 0)
            if found == count:
                return
            assert monotonic() < end, (path, found, count)
            sleep(0.01)


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def proxy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    pytest.importorskip(request.param)
    folder = tmp_path_factory.mktemp("proxy")
    with (
        listening(echo) as (_, port),
        listening(flood) as (_, flooding),
        listening(web) as (_, serving),
        listening(rude) as (_, rough),
        listening(halting) as (_, slow),
        listening(echo, str(folder / "up")),
        socket.create_server(("127.0.0.1", 0)) as closed,
    ):
        nobody = closed.getsockname()[1]
        closed.close()
        links = folder / "links.toml"
        links.write_text(f"""
            [echo]
            upstream = "127.0.0.1:{port}"
            record = "{folder}/times.csv"
            [flood]
            upstream = "127.0.0.1:{flooding}"
            [halting]
            upstream = "127.0.0.1:{slow}"
            [rude]
            upstream = "127.0.0.1:{rough}"
            [web]
            upstream = "127.0.0.1:{serving}"
            [local]
            upstream = "unix:{folder}/up"
            listen = "{folder}/down"
            latency = "3ms"
            [absent]
            upstream = "127.0.0.1:{nobody}"
        """)
        with Target("--proxy", str(links), "--loop", request.param, "--latency", "1ms") as target:
            yield Proxy(target=target, folder=folder)


@contextmanager
def connected(proxy: Proxy, link: str, **given: str) -> Iterator[socket.socket]:
    """A connection through a link with these settings and no others."""
    proxy.change(link, **{**PLAIN, **given})
    with proxy.connect(link) as sock:
        yield sock


def asked(sock: socket.socket, size: int = 10) -> int:
    """Nanoseconds from sending so many bytes to the last of them being back."""
    begun_ns = monotonic_ns()
    sock.sendall(b"x" * size)
    assert len(received(sock, size)) == size
    return monotonic_ns() - begun_ns


def received(sock: socket.socket, size: int) -> bytes:
    came = b""
    while len(came) < size and (piece := sock.recv(1 << 20)):
        came += piece
    return came


def test_each_way_and_the_set_up_take_as_long_as_asked_and_never_less(proxy: Proxy) -> None:
    with connected(proxy, "echo", latency="8ms", up="4ms") as sock:
        assert 12 * MS <= min(asked(sock) for _ in range(3)) < 30 * MS
        assert proxy.change("echo", latency="0", up="0")["latency"] == "0"  # while it is open
        assert min(asked(sock) for _ in range(5)) < 8 * MS
    begun_ns = monotonic_ns()
    with connected(proxy, "echo", connect="30ms") as sock:
        asked(sock)
        assert monotonic_ns() - begun_ns >= 30 * MS
        assert min(asked(sock) for _ in range(5)) < 20 * MS
    assert [proxy.stats("echo")[way]["error_ns"]["early"] for way in ("up", "down")] == [0, 0]


def test_a_link_keeps_what_the_command_line_says_unless_its_table_says_otherwise(
    proxy: Proxy,
) -> None:
    shown = proxy.target.ask("/proxy").json
    assert (shown["flood"]["latency"], shown["local"]["latency"]) == ("1ms", "3ms")
    assert shown["local"]["listen"] == f"unix:{proxy.folder}/down"


def test_unix_sockets_are_served_and_connected_to(proxy: Proxy) -> None:
    with connected(proxy, "local", latency="5ms") as sock:
        assert asked(sock) >= 5 * MS


def test_by_turn_only_the_first_of_what_follows_waits(proxy: Proxy) -> None:
    """The upstream answers in three pieces, 40 ms from each other."""
    taken_ns = {}
    for per in ("byte", "turn"):
        tries = []
        for _ in range(3):
            with connected(proxy, "halting", latency="70ms", per=per) as sock:
                begun_ns = monotonic_ns()
                sock.sendall(b"x")
                first = sock.recv(10)
                assert monotonic_ns() - begun_ns >= 70 * MS
                assert first + received(sock, 3 - len(first)) == b"123"
                tries.append(monotonic_ns() - begun_ns)
        taken_ns[per] = min(tries)
    assert 80 * MS <= taken_ns["turn"] < 150 * MS <= taken_ns["byte"]


def test_order_is_kept_whatever_the_jitter_and_nothing_is_lost(proxy: Proxy) -> None:
    text = b"".join(b"%6d" % number for number in range(20_000))
    jitter = "lognormal(p50=200us,p99=5ms)"
    with connected(proxy, "echo", latency=jitter, up=jitter) as sock:
        writer = threading.Thread(target=sock.sendall, args=(text,))
        writer.start()
        assert received(sock, len(text)) == text
        writer.join()


def test_the_same_seed_gives_the_same_delays(proxy: Proxy) -> None:
    times = []
    for _ in range(2):
        proxy.target.reset()  # which begins the draws anew
        # Far longer than a machine that is busy stops for.
        with connected(proxy, "echo", latency="0:50,150ms:50") as sock:
            times.append([asked(sock) >= 150 * MS for _ in range(8)])
    assert times[0] == times[1]
    assert set(times[0]) == {True, False}


def test_bandwidth_is_kept(proxy: Proxy) -> None:
    with connected(proxy, "echo", rate="1000k") as sock:
        assert 0.19 < asked(sock, 200 * 1024) / 1e9 < 1
    with connected(proxy, "echo", up_rate="1000k") as sock:
        assert asked(sock, 200 * 1024) / 1e9 > 0.19


def test_an_end_of_one_side_lets_the_other_go_on(proxy: Proxy) -> None:
    with connected(proxy, "echo", latency="5ms", up="5ms") as sock:
        sock.sendall(b"last words")
        sock.shutdown(socket.SHUT_WR)
        assert received(sock, 100) == b"last wordsbye"
    proxy.until("echo", "connections", "now", count=0)


def test_memory_stays_bounded_before_a_flood_that_nobody_reads(proxy: Proxy) -> None:
    process = psutil.Process(proxy.target.process.pid)
    before = process.memory_info().rss
    with connected(proxy, "flood", latency="1ms") as sock, proxy.connect("flood") as other:
        for one in (sock, other):
            one.sendall(b"x")
        sleep(0.3)
        passed = proxy.stats("flood")["down"]["bytes"]
        assert process.memory_info().rss - before < 30_000_000
        assert len(received(sock, 20_000_000)) >= 20_000_000  # and whoever reads again is served
        assert proxy.stats("flood")["down"]["bytes"] > passed
    proxy.until("flood", "connections", "now", count=0)


def test_an_upstream_that_is_absent_or_goes_is_counted_and_ends_nothing(proxy: Proxy) -> None:
    with pytest.raises(ConnectionResetError), connected(proxy, "absent") as sock:
        sock.recv(1)
    assert proxy.stats("absent")["upstream"]["absent"] == 1
    with connected(proxy, "rude", latency="20ms") as sock:
        sock.sendall(b"x")
        assert received(sock, 3) == b"bye"  # what it said before still comes, in its time
        with pytest.raises(ConnectionResetError):
            sock.recv(1)
    assert proxy.stats("rude")["upstream"]["resets"] == 1
    with connected(proxy, "echo") as sock:
        assert asked(sock)


@pytest.mark.parametrize("fault", ["reset", "cut"])
def test_a_drawn_fault_ends_a_connection_where_it_is_to(proxy: Proxy, fault: str) -> None:
    proxy.target.reset()
    with connected(proxy, "echo", fault=fault, after="10", latency="2ms") as sock:
        sock.sendall(b"x" * 15)
        assert received(sock, 10) == b"x" * 10
        if fault == "cut":
            assert sock.recv(10) == b""
        else:
            with pytest.raises(ConnectionResetError):
                sock.recv(10)
    assert proxy.stats("echo")["faults"] == {fault: 1}
    proxy.until("echo", "connections", "now", count=0)


def test_a_refused_connection_is_reset_before_anything_passes(proxy: Proxy) -> None:
    proxy.target.reset()
    with pytest.raises(ConnectionResetError), connected(proxy, "echo", fault="refuse") as sock:
        sock.recv(10)
    assert proxy.stats("echo")["faults"] == {"refuse": 1}


def test_a_stalled_connection_stays_open_and_goes_on_without_loss(proxy: Proxy) -> None:
    with connected(proxy, "echo", fault="stall", after="5") as sock:
        sock.sendall(b"0123456789")
        assert received(sock, 5) == b"01234"
        sock.settimeout(0.05)
        with pytest.raises(TimeoutError):
            sock.recv(1)
        sock.settimeout(20)
        assert proxy.change("echo", now="resume")["connections"] == 1
        assert received(sock, 5) == b"56789"
        proxy.change("echo", now="stall")
        sock.sendall(b"x")
    proxy.until("echo", "connections", "now", count=0)  # its client has gone, and it is noticed


def test_a_half_open_connection_takes_all_and_says_nothing(proxy: Proxy) -> None:
    with connected(proxy, "echo", latency="1ms") as sock:
        asked(sock)
        assert proxy.change("echo", now="half-open")["connections"] == 1
        sock.sendall(b"x" * 5_000_000)
        sock.settimeout(0.05)
        with pytest.raises(TimeoutError):
            sock.recv(1)
    proxy.until("echo", "connections", "now", count=0)


def test_hundreds_of_connections_are_served_at_once_and_counted(proxy: Proxy) -> None:
    proxy.target.reset()
    proxy.change("echo", **{**PLAIN, "latency": "20ms"})
    many = [proxy.connect("echo") for _ in range(300)]
    for sock in many:
        sock.sendall(b"x")
    for sock in many:
        assert sock.recv(10) == b"x"
    stats = proxy.stats("echo")
    assert stats["connections"]["opened"] == stats["connections"]["max"] == 300
    assert (stats["down"]["pieces"], stats["down"]["bytes"]) == (300, 300)
    assert stats["down"]["error_ns"]["count"] == 300
    assert stats["response_ns"]["count"] == 300
    for sock in many:
        sock.close()
    proxy.until("echo", "connections", "now", count=0)


def test_what_the_upstream_took_by_itself_is_recorded_and_replayed(proxy: Proxy) -> None:
    with connected(proxy, "echo", latency="20ms") as sock:
        for _ in range(5):
            asked(sock)
    recorded = proxy.stats("echo")["recorded"]
    lines = (proxy.folder / "times.csv").read_text().splitlines()
    assert recorded["written"] == len(lines) - 1 >= 5
    assert recorded["lost"] == 0
    times_ms = [float(line.removesuffix("ms")) for line in lines[-5:]]
    assert min(times_ms) < 15  # ours are not in them
    with Target("--latency", f"file:{proxy.folder}/times.csv") as target:
        mean_ms = target.ask("/plan").json["mean_ns"] / MS
    every_ms = [float(line.removesuffix("ms")) for line in lines[1:]]
    assert mean_ms == pytest.approx(sum(every_ms) / len(every_ms), abs=1e-3)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("link=echo&latency=5", "latency: '5' is not a duration"),
        ("link=echo&latency=file:/etc/passwd", "never for a client"),
        ("link=echo&fault=bang", "fault: 'bang' is not a fault"),
        ("link=echo&rate=1", "rate: '1' is not a rate"),
        ("link=echo&now=refuse", "now: 'refuse' can not be done"),
        ("link=nobody", "there is no link 'nobody'"),
        ("latency=5ms", "say which link"),
        ("link=echo", "there is nothing to change"),
        ("link=echo&size=1", "size: there is no such parameter"),
    ],
)
def test_a_wrong_change_is_refused_by_name_and_changes_nothing(
    proxy: Proxy, query: str, detail: str
) -> None:
    before = proxy.target.ask("/proxy").json
    reply = proxy.target.ask(f"/proxy?{query}", "POST")
    assert reply.status == 400
    assert detail in reply.json["detail"]
    assert reply.json["allowed"]
    assert proxy.target.ask("/proxy").json == before


def test_it_is_changed_by_post_alone_and_by_no_page_of_another_site(proxy: Proxy) -> None:
    assert proxy.target.ask("/proxy?link=echo&latency=1s").status == 400
    assert proxy.target.ask("/proxy", "DELETE").status == 405
    headers = {"Origin": "http://elsewhere.example"}
    change = "/proxy?link=echo&latency=1s"
    assert proxy.target.ask(change, "POST", headers=headers).status == 403
    assert proxy.target.ask("/proxy", headers={"Host": "elsewhere.example"}).status == 403


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_curl_waits_for_set_up_and_answer(proxy: Proxy) -> None:
    proxy.change("web", **{**PLAIN, "latency": "30ms", "connect": "50ms"})
    place = proxy.target.ready["proxy"]["web"]["listen"]
    command = ["curl", "-sS", "-w", "\\n%{time_starttransfer}", f"http://{place}/"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    body, _, first_byte_s = done.stdout.partition("\n")
    assert body == "hello"
    assert 0.08 <= float(first_byte_s) < 0.5


def test_connections_beyond_the_file_limit_are_closed_and_counted() -> None:
    with (
        listening(echo) as (_, port),
        Target("--proxy", f"127.0.0.1:{port}", files=90) as target,
    ):
        proxy = Proxy(target=target, folder=Path())
        many = [proxy.connect("proxy") for _ in range(60)]
        proxy.until("proxy", "connections", "opened", count=22)  # (90 - 45) // 2 pairs of files
        proxy.until("proxy", "connections", "refused", count=38)
        assert asked(many[0])
        for sock in many:
            sock.close()
        proxy.until("proxy", "connections", "now", count=0)
        with proxy.connect("proxy") as sock:
            assert asked(sock)


def test_what_leaves_this_machine_is_said_and_a_socket_file_goes_with_its_server(
    tmp_path: Path,
) -> None:
    path = tmp_path / "socket"
    with Target("--proxy", "192.0.2.1:9", "--listen", f"unix:{path}") as target:
        assert path.is_socket()
        target.process.terminate()
        _, errors = target.process.communicate(timeout=20)
    assert errors == "proxy goes to 192.0.2.1:9, beyond this machine\n"
    assert not path.exists()
