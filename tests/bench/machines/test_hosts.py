"""Four hosts in network namespaces: one is slow, one another commit, one is cut off."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import psutil
import pytest

from waitbench.results import load
from waitbench.system.checkout import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

pytest.importorskip("distributed")
ASKED = "WAITBENCH_HOSTS"
pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.skipif(
        ASKED not in os.environ, reason=f"takes a minute, as root: {ASKED}=1 pytest"
    ),
]

SWITCH = f"wb{os.getpid() % 10_000}"
"""The namespace of scheduler and caller, with a bridge; those of hosts are called after it."""
NETWORK = "10.213.77"
PORT = 8786
QUICK = dict.fromkeys(
    ("DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP", "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"), "12s"
)
"""Half a minute is what Dask waits by default for a host that says nothing."""
RUNNING_S, STOPPED_S = 0.02, 0.04


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def hosts(many: int) -> Iterator[list[str]]:
    """Make so many hosts behind one switch; everything goes with the block, processes too."""
    names = [f"{SWITCH}h{number}" for number in range(1, many + 1)]
    with ExitStack() as stack:
        for name in (SWITCH, *names):
            try:
                ip("netns", "add", name)
            except (OSError, subprocess.CalledProcessError) as refused:
                pytest.skip(f"network namespaces are not allowed here: {refused}")
            stack.callback(_removed, name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("-n", SWITCH, "link", "add", "br0", "type", "bridge")
        ip("-n", SWITCH, "addr", "add", f"{NETWORK}.1/24", "dev", "br0")
        ip("-n", SWITCH, "link", "set", "br0", "up")
        for number, name in enumerate(names, 1):
            port = f"port{number}"
            ip("-n", SWITCH, "link", "add", port, "type", "veth", "peer", "eth0", "netns", name)
            ip("-n", SWITCH, "link", "set", port, "master", "br0", "up")
            ip("-n", name, "addr", "add", f"{NETWORK}.{10 + number}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
        yield names


def _removed(name: str) -> None:
    for pid in pids(name):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    ip("netns", "del", name)


def pids(name: str) -> list[int]:
    listed = subprocess.run(["ip", "netns", "pids", name], capture_output=True, check=False)
    return [int(pid) for pid in listed.stdout.split()]


def started(
    stack: ExitStack, name: str, folder: Path, *words: str, environ: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start Python on a host; what is left of it is killed at the end of the stack."""
    log = stack.enter_context((folder / f"{name}.log").open("ab"))
    process = subprocess.Popen(
        ["ip", "netns", "exec", name, sys.executable, *words],
        env={**os.environ, **QUICK, "WAITBENCH_MACHINE": name, **(environ or {})},
        cwd=folder,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def other_commit(folder: Path) -> dict[str, str]:
    """Clone this checkout, one commit further; return what puts it before the other."""
    clone = folder / "other"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "clone", "-qs", str(CHECKOUT), str(clone)], check=True)
    subprocess.run(
        [*git, "-C", str(clone), "commit", "-q", "--allow-empty", "-m", "more"], check=True
    )
    return {"PYTHONPATH": f"{clone}/bench:{clone}/server"}


class Slowed(threading.Thread):
    """Gives the processes of a host a third of their time."""

    def __init__(self, host: str) -> None:
        super().__init__(daemon=True)
        self._host, self._over = host, threading.Event()

    def run(self) -> None:
        while not self._over.wait(RUNNING_S):
            slowed = pids(self._host)
            _signalled(slowed, signal.SIGSTOP)
            time.sleep(STOPPED_S)
            _signalled(slowed, signal.SIGCONT)

    def end(self) -> None:
        self._over.set()
        self.join()


def _signalled(processes: Sequence[int], number: int) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


@pytest.mark.skipif(CHECKOUT is None or not shutil.which("ip"), reason="needs a checkout and ip")
def test_hosts_that_are_slow_other_or_cut_off_are_each_borne(tmp_path: Path) -> None:
    with hosts(4) as (_, slow, other, cut), ExitStack() as stack:
        address = f"tcp://{NETWORK}.1:{PORT}"
        scheduler = ("scheduler", "--host", f"{NETWORK}.1", "--port", str(PORT), "--no-dashboard")
        started(stack, SWITCH, tmp_path, "-m", "dask", *scheduler)
        for number in range(1, 5):
            name = f"{SWITCH}h{number}"
            (tmp_path / name).mkdir()
            mine = {"TMPDIR": str(tmp_path / name)}  # each host has a disk of its own
            mine |= other_commit(tmp_path) if name == other else {}
            words = ("worker", address, "--nthreads", "1", "--resources", "waitbench=1")
            options = ("--no-dashboard", "--host", f"{NETWORK}.{10 + number}")
            started(stack, name, tmp_path, "-m", "dask", *words, *options, environ=mine)
        time.sleep(8)
        slowing = Slowed(slow)
        slowing.start()
        saved = tmp_path / "run.json"
        asked = (
            "run io_bound --quick -k 10ms --models sync,asyncio --budget 18s --launches 9 --seed 7"
        )
        run = started(
            stack,
            SWITCH,
            tmp_path,
            *(
                "-m",
                "waitbench",
                *asked.split(),
                "--seed",
                "7",
                "--scheduler",
                address,
                "--force",
                "-q",
            ),
            *("-o", str(saved)),
        )
        until_s = time.monotonic() + 60
        while not _launches(cut) and time.monotonic() < until_s:
            time.sleep(0.1)
        ip("-n", cut, "link", "set", "eth0", "down")
        assert run.wait(240) == 0, (tmp_path / f"{SWITCH}.log").read_text()
        slowing.end()
        document = json.loads(saved.read_text())
        result = load.load(saved)
        row = result.contestants[0]
        assert Counter(each.launch for each in row.launches) == dict.fromkeys(range(9), 1)
        said = " ".join(warning["text"] for warning in document["waitbench"]["warnings"])
        assert "1 machine left out: commit" in said
        assert "goes to another machine" in said
        assert len(result.machines) == 2  # the slow one took part, at its own pace
        assert NETWORK not in saved.read_text()
        until_s = time.monotonic() + 40
        while _launches(cut) and time.monotonic() < until_s:
            time.sleep(0.2)
        assert not any(_launches(f"{SWITCH}h{number}") for number in range(1, 5))
    left = subprocess.run(["ip", "netns", "list"], capture_output=True, check=True, text=True)
    assert SWITCH not in left.stdout


def _launches(host: str) -> list[int]:
    """The processes of launches, and of what they race, on one host."""
    found = []
    for pid in pids(host):
        with suppress(psutil.Error):
            line = " ".join(psutil.Process(pid).cmdline())
            if any(part in line for part in ("machines.launch", "race.worker", "waitbench_server")):
                found.append(pid)
    return found
