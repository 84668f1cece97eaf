"""Checkouts of base and head in a temporary folder; what a crash left behind is cleared away."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR
from typing import TYPE_CHECKING

from waitbench.gate import submodules
from waitbench.gate.repository import INDEX_PREFIX, git, last_line
from waitbench.scenario import BenchError
from waitbench.system.checkout import PACKAGES, SERVER_PACKAGES
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from waitbench.gate.repository import Repository, Revision

PREFIX = "waitbench-gate-"
LOCK = "in-use"
BEGUN_WITHIN_S, INDEX_WITHIN_S = 60, 3600
"""A living gate has locked its folder, and read the working tree, long before that."""
SIDES = ("base", "head")
"""Names of equal length, so that paths are: even that is a difference between two processes."""
HARNESS_FOLDER = "harness"
HARNESS = {
    "waitbench": PACKAGES / "waitbench",
    "waitbench_server": SERVER_PACKAGES / "waitbench_server",
}
PYTEST_SIDE_FOLDER, PYTEST_SIDE = "pytest_side", "waitbench_pytest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkouts:
    """Where the two sides stand.

    Attributes:
        base: the project's folder in the checkout of base.
        head: the same in that of head.
        harness: a folder that holds this very waitbench and nothing else: both sides run it.
        lacking: submodules that are empty, as the owner's tree has no clone of them.
    """

    base: Path
    head: Path
    harness: Path
    lacking: tuple[str, ...] = ()

    @property
    def workspace(self) -> Path:
        """The folder that all of them are in; it goes when the gate is over."""
        return self.harness.parent

    @property
    def pytest_side(self) -> Path:
        """The folder that holds what runs a project's own tests, and nothing else."""
        return self.workspace / PYTEST_SIDE_FOLDER

    def of(self, side: str) -> Path:
        """Return the folder of `base` or `head`."""
        return self.base if side == SIDES[0] else self.head


@contextmanager
def checked_out(repository: Repository, base: Revision, head: Revision) -> Iterator[Checkouts]:
    """Check both sides out with their submodules, and leave nothing behind.

    Args:
        repository: whose tree is read and never written to.
        base: what to compare with.
        head: what is compared.

    Raises:
        BenchError: a checkout failed, or there is no room for it.
    """
    clear_leftovers(repository)
    lacking: dict[str, None] = {}
    with _workspace(repository) as folder:
        for side, revision in zip(SIDES, (base, head), strict=True):
            place = folder / side
            done = git(repository.top, "worktree", "add", "--detach", str(place), revision.commit)
            if done.returncode:
                raise BenchError(f"{side} could not be checked out: {last_line(done.stderr)}")
            lacking |= dict.fromkeys(submodules.fill(repository.top, revision.commit, place))
        _link(folder / HARNESS_FOLDER, HARNESS)
        _link(folder / PYTEST_SIDE_FOLDER, {PYTEST_SIDE: Path(__file__).with_name("pytest_side")})
        yield Checkouts(
            base=folder / SIDES[0] / repository.project,
            head=folder / SIDES[1] / repository.project,
            harness=folder / HARNESS_FOLDER,
            lacking=tuple(lacking),
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


def _link(folder: Path, packages: Mapping[str, Path]) -> None:
    try:
        folder.mkdir()
        for name, place in packages.items():
            (folder / name).symlink_to(place)
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
