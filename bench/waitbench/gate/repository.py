"""What git knows of the project: its folder, its revisions, what is changed and not committed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from waitbench.did_you_mean import nearest
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

WORKING_TREE = "."
"""In place of a revision: the files as they are, committed or not."""
INDEX_PREFIX = "waitbench-index-"
WITHIN_S = 300
NO_HOOKS = ("-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false")
"""Somebody's post-checkout hook is not ours to run."""
OURS = {
    name: value
    for who in ("AUTHOR", "COMMITTER")
    for name, value in ((f"GIT_{who}_NAME", "waitbench"), (f"GIT_{who}_EMAIL", "waitbench@invalid"))
}
"""Who signs a snapshot that no branch will ever hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One side of a comparison.

    Attributes:
        asked: as it was typed.
        commit: its full hash.
        title: first line of its message; `working tree` for files that are not committed.
    """

    asked: str
    commit: str
    title: str

    @property
    def short(self) -> str:
        """Its hash as people write it."""
        return self.commit[:9]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A git repository and the project in it.

    Attributes:
        top: folder of the checkout.
        project: the folder in it that was asked for, relative to `top`.
    """

    top: Path
    project: Path

    @classmethod
    def around(cls, folder: Path) -> Repository:
        """Return the repository that a folder lies in.

        Raises:
            BenchError: git is missing, or the folder is in no repository.
        """
        if shutil.which("git") is None:
            raise BenchError(
                "git is not installed, and the gate compares commits: install git, "
                "or compare with a saved run by --baseline FILE"
            )
        done = git(folder, "rev-parse", "--show-toplevel")
        if done.returncode:
            raise BenchError(
                f"{folder} is in no git repository ({last_line(done.stderr)}); "
                "call waitbench gate inside the project that you want to compare"
            )
        top = Path(done.stdout.strip())
        return cls(top=top, project=folder.resolve().relative_to(top.resolve()))

    def revision(self, asked: str) -> Revision:
        """Look a revision up; `.` is a snapshot of the files as they are.

        Raises:
            BenchError: there is none of that name here.
        """
        if asked == WORKING_TREE:
            return Revision(asked=asked, commit=self._snapshot(), title="working tree")
        done = git(self.top, "rev-parse", "--verify", "--quiet", f"{asked}^{{commit}}")
        if done.returncode:
            raise BenchError(self._unknown(asked))
        commit = done.stdout.strip()
        title = plain(git(self.top, "log", "-1", "--format=%s", commit).stdout.strip())
        return Revision(asked=asked, commit=commit, title=title)

    def changed(self) -> list[str]:
        """List files that were changed since the last commit, those of which git knows nothing too.

        Paths are relative to `top`; ignored files are not among them.
        """
        status = git(self.top, "--no-optional-locks", "status", "--porcelain", "-z").stdout
        return [plain(entry[3:]) for entry in status.split("\0") if entry[2:3] == " "]

    def commits(self, after: str, upto: str) -> list[str]:
        """List `hash title` of the commits after one up to another, oldest first; empty if none."""
        done = git(self.top, "log", "--reverse", "--format=%h %s", f"{after}..{upto}")
        lines = [] if done.returncode else done.stdout.split("\n")
        return [plain(line) for line in lines if line]

    def merge_bases(self, commit: str, other: str) -> list[str]:
        """List the best common ancestors of two commits, the newest first; empty if none."""
        return git(self.top, "merge-base", "--all", commit, other).stdout.split()

    def renamed(self, before: str, after: str) -> dict[str, str]:
        """Return what each file that moved between two commits was called before, by its name now.

        Paths are relative to the project's folder; of others nothing is said.
        """
        options = ("--relative", "--find-renames", "--diff-filter=R", "--name-status", "-z")
        done = git(self.top / self.project, "diff", *options, before, after)
        fields = done.stdout.split("\0")
        return dict(zip(fields[2::3], fields[1::3], strict=False))

    def differing(self, before: str, after: str) -> list[str]:
        """List the files in which two commits differ, from the top; both names of what moved."""
        done = git(self.top, "diff", "--name-only", "--no-renames", "-z", before, after)
        return [path for path in done.stdout.split("\0") if path]

    def files(self, commit: str) -> list[str]:
        """List the files and submodules of a commit, from the top."""
        listing = git(self.top, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).stdout
        return [path for path in listing.split("\0") if path]

    @property
    def shallow(self) -> bool:
        """Whether the clone holds the newest commits alone."""
        return git(self.top, "rev-parse", "--is-shallow-repository").stdout.strip() == "true"

    def _unknown(self, asked: str) -> str:
        if self.shallow:
            return (
                f"this clone is shallow and does not hold {asked!r}: fetch it, by "
                "git fetch --unshallow, or fetch-depth: 0 in actions/checkout"
            )
        if git(self.top, "rev-parse", "--verify", "--quiet", "HEAD").returncode:
            return f"git knows no revision {asked!r} here: this repository has no commit yet"
        names = git(self.top, "branch", "--all", "--format=%(refname:short)").stdout.split()
        if meant := nearest(asked, names):
            return f"git knows no revision {asked!r} here; did you mean {meant!r}?"
        branches = f"there are the branches {', '.join(names[:6])}" if names else "it has no branch"
        return f"git knows no revision {asked!r} here; {branches}, or give a commit's hash"

    def _snapshot(self) -> str:
        """Return the hash of a commit of the files as they are, made through our own index."""
        try:
            with tempfile.TemporaryDirectory(prefix=INDEX_PREFIX) as folder:
                tree = self._tree(Path(folder) / "index")
        except OSError as refused:
            raise BenchError(f"the working tree could not be read: {refused}") from None
        parent = git(self.top, "rev-parse", "--verify", "--quiet", "HEAD").stdout.strip()
        parents = ("-p", parent) if parent else ()
        made = git(self.top, "commit-tree", tree, *parents, "-m", "working tree", environ=OURS)
        return _checked(made)

    def _tree(self, index: Path) -> str:
        """Write the files as they are to git's store; return the hash of the tree."""
        real = git(self.top, "rev-parse", "--git-path", "index").stdout.strip()
        if (self.top / real).is_file():
            shutil.copyfile(self.top / real, index)
        environ = {"GIT_INDEX_FILE": str(index)}
        _checked(git(self.top, "add", "--all", environ=environ))
        return _checked(git(self.top, "write-tree", environ=environ))


def git(
    folder: Path, *arguments: str, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run git in a folder, without the variables of a hook that we may run in.

    Raises:
        BenchError: git hangs.
    """
    inherited = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    settled = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["git", *NO_HOOKS, "-C", str(folder), *arguments],  # noqa: S607 - whichever is first
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
            timeout=WITHIN_S,
            env={**inherited, **settled, **(environ or {})},
        )
    except subprocess.TimeoutExpired:
        raise BenchError(f"git {arguments[0]} took more than {WITHIN_S} s") from None


def _checked(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode:
        raise BenchError(f"the working tree could not be read by git: {last_line(done.stderr)}")
    return done.stdout.strip()


def last_line(text: str) -> str:
    """Return the last line of a program's output."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return plain(lines[-1]) if lines else "it said nothing"
