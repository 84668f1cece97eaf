"""Checkouts of base and head in a temporary folder; what a crash left behind is cleared away."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR
from typing import TYPE_CHECKING

from waitbench.gate.repository import INDEX_PREFIX, git, last_line
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.system.checkout import PACKAGES, SERVER_PACKAGES
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.gate.repository import Repository, Revision

PREFIX = "waitbench-gate-"
LOCK = "in-use"
BEGUN_WITHIN_S, INDEX_WITHIN_S = 60, 3600
"""A living gate has locked its folder, and read the working tree, long before that."""
SIDES = ("base", "head")
"""Names of equal length, so that paths are: even that is a difference between two processes."""
HARNESS_FOLDER = "harness"
HARNESS = {"waitbench": PACKAGES, "waitbench_server": SERVER_PACKAGES}
BUILD_WITHIN_S = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkouts:
    """Where the two sides stand.

    Attributes:
        base: the project's folder in the checkout of base.
        head: the same in that of head.
        harness: a folder that holds this very waitbench and nothing else: both sides run it.
    """

    base: Path
    head: Path
    harness: Path

    def of(self, side: str) -> Path:
        """Return the folder of `base` or `head`."""
        return self.base if side == SIDES[0] else self.head


@contextmanager
def checked_out(
    repository: Repository, base: Revision, head: Revision, *, build: str | None = None
) -> Iterator[Checkouts]:
    """Check both sides out, build them if that is asked for, and leave nothing behind.

    Args:
        repository: whose tree is read and never written to.
        base: what to compare with.
        head: what is compared.
        build: a command line for the shell, run in the project's folder of either side.

    Raises:
        BenchError: a checkout or a build failed, or there is no room for it.
    """
    clear_leftovers(repository)
    with _workspace(repository) as folder:
        for side, revision in zip(SIDES, (base, head), strict=True):
            place = folder / side
            done = git(repository.top, "worktree", "add", "--detach", str(place), revision.commit)
            if done.returncode:
                raise BenchError(f"{side} could not be checked out: {last_line(done.stderr)}")
            if build:
                _build(build, place / repository.project, side)
        _link_harness(folder / HARNESS_FOLDER)
        yield Checkouts(
            base=folder / SIDES[0] / repository.project,
            head=folder / SIDES[1] / repository.project,
            harness=folder / HARNESS_FOLDER,
        )


def clear_leftovers(repository: Repository) -> int:
    """Remove what killed gates left, and return how many folders; those in use stay.

    A gate that is killed between making its folder and the first checkout, or between the last
    checkout's end and the folder's, leaves one that git does not know.
    """
    listing = git(repository.top, "worktree", "list", "--porcelain").stdout
    listed = [
        line.removeprefix("worktree ") for line in listing.splitlines() if line[:9] == "worktree "
    ]
    folders = {Path(path).parent for path in listed if Path(path).parent.name.startswith(PREFIX)}
    dead = {folder for folder in folders if not _in_use(folder)} | set(_unlisted())
    for folder in dead:
        _take_away(repository, folder)
    return len(dead)


def _unlisted() -> Iterator[Path]:
    """Return our own folders that git need not know, old enough not to be just begun."""
    places = Path(tempfile.gettempdir()).resolve()
    for prefix, least_s in ((PREFIX, BEGUN_WITHIN_S), (INDEX_PREFIX, INDEX_WITHIN_S)):
        for folder in places.glob(f"{prefix}*"):
            with suppress(OSError):
                status = folder.lstat()
                ours = S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
                if ours and time.time() - status.st_mtime > least_s and not _in_use(folder):
                    yield folder


@contextmanager
def _workspace(repository: Repository) -> Iterator[Path]:
    """Make a folder that is locked while it is in use; the system frees a dead process's lock."""
    with ExitStack() as held:
        try:
            folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
            held.callback(_take_away, repository, folder)
            lock = held.enter_context((folder / LOCK).open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as refused:
            raise _no_room(refused) from None
        yield folder


def _link_harness(folder: Path) -> None:
    try:
        folder.mkdir()
        for package, home in HARNESS.items():
            (folder / package).symlink_to(home / package)
    except OSError as refused:
        raise _no_room(refused) from None


def _no_room(refused: OSError) -> BenchError:
    return BenchError(
        f"there is no room for the checkouts: {refused}; free some, or name another folder by "
        "TMPDIR"
    )


def _in_use(folder: Path) -> bool:
    try:
        with (folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _take_away(repository: Repository, folder: Path) -> None:
    with Interrupt.of_this_thread():  # whoever is in a hurry waits for this
        for side in SIDES:
            git(repository.top, "worktree", "remove", "--force", "--force", str(folder / side))
        shutil.rmtree(folder, ignore_errors=True)


def _finished(
    command: str, place: Path, environ: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell to its end; stopped or late, all that it started ends with it."""
    with subprocess.Popen(  # noqa: S602 - the project's own line, from its own file
        command,
        shell=True,
        cwd=place,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environ,
        start_new_session=True,
    ) as process:
        try:
            printed, complaints = process.communicate(timeout=BUILD_WITHIN_S)
        except BaseException:
            processes.end_group(process.pid)
            raise
    return subprocess.CompletedProcess(command, process.returncode, printed, complaints)


def _build(command: str, place: Path, side: str) -> None:
    """Run the project's own command in its folder."""
    inherited = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    done = None
    with suppress(subprocess.TimeoutExpired, OSError):
        done = _finished(command, place, inherited)
    if done is None or done.returncode:
        how = (
            f"failed with status {done.returncode}: {last_line(done.stderr or done.stdout)}"
            if done
            else f"was not done in {BUILD_WITHIN_S} s"
        )
        raise BenchError(f"{side} does not build: {command!r} {how}")
