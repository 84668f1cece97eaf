"""Another build's gate beside ours: an earlier commit of ours, on the same two commits."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.gate.repository import git, last_line
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from waitbench.gate.repository import Repository

HERE = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("one_gate.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherGate:
    """A gate of another build that was run right before or after a trial's own.

    Attributes:
        build: its commit.
        took_s: seconds it took.
        verdicts: by benchmark, without `bench_`.
    """

    build: str
    took_s: float
    verdicts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OtherBuild:
    """A commit of this repository, unpacked.

    Attributes:
        commit: its hash.
        folder: where it stands.
    """

    commit: str
    folder: Path

    def gate(self, project: Repository, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Run one gate and return its record: build, seconds, verdicts.

        Args:
            project: the scratch project.
            wanted: what `one_gate.gate` takes.

        Raises:
            BenchError: it did not end in order.
        """
        place = project.top / project.project
        packages = os.pathsep.join(str(self.folder / name) for name in ("bench", "server"))
        done = subprocess.run(
            [sys.executable, "-P", str(SCRIPT), str(place), json.dumps(wanted)],
            env={**os.environ, "PYTHONPATH": packages},
            cwd=place,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BenchError(f"the gate of {self.commit} failed: {last_line(done.stderr)}")
        return {"build": self.commit, **json.loads(done.stdout)}


@contextmanager
def unpacked(revision: str) -> Iterator[OtherBuild]:
    """Unpack an earlier commit of this repository into a temporary folder.

    Raises:
        BenchError: there is no such commit.
    """
    asked = git(HERE, "rev-parse", "--verify", "--quiet", "--short", f"{revision}^{{commit}}")
    if asked.returncode:
        raise BenchError(f"there is no commit {revision!r} to race against; `git log` has them")
    commit = asked.stdout.strip()
    archive = subprocess.run(
        ["git", "archive", commit, "bench", "server"], cwd=HERE, capture_output=True, check=True
    )
    with tempfile.TemporaryDirectory(prefix="waitbench-build-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(folder, filter="data")
        yield OtherBuild(commit, Path(folder))
