"""Revisions and worktrees: the user's tree stays as it is, and nothing is left behind."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.bench.gate.projects import Project
from waitbench.gate.repository import Repository
from waitbench.gate.worktrees import PREFIX, checked_out, clear_leftovers
from waitbench.scenario import BenchError
from waitbench.system.checkout import import_path

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).parents[3]


def around(project: Project) -> Repository:
    return Repository.around(project.folder)


def test_both_sides_stand_side_by_side_and_are_gone_afterwards(project: Project) -> None:
    project.write("src/shop.py", "NEW = 1\n")
    project.commit("second")
    repository, before = around(project), project.state()
    base, head = repository.revision("HEAD~1"), repository.revision("HEAD")
    with checked_out(repository, base, head) as both:
        assert "double" in (both.base / "src/shop.py").read_text()
        assert (both.head / "src/shop.py").read_text() == "NEW = 1\n"
        # Nothing else: a project may have packages called bench and server.
        assert {path.name for path in both.harness.iterdir()} == {"waitbench", "waitbench_server"}
        assert (both.harness / "waitbench/race/worker.py").is_file()
        folder = both.harness.parent
    assert not folder.exists()
    assert project.state() == before


def test_files_that_are_not_committed_are_a_revision_of_their_own(project: Project) -> None:
    project.write("src/shop.py", "DIRTY = 1\n")
    project.write("new.py", "")
    project.git("add", "new.py")
    project.write("untracked.py", "")
    project.write(".gitignore", "secret\n")
    project.write("secret", "")
    repository, before = around(project), project.state()
    assert sorted(repository.changed()) == [".gitignore", "new.py", "src/shop.py", "untracked.py"]
    with checked_out(repository, repository.revision("HEAD"), repository.revision(".")) as both:
        assert (both.head / "src/shop.py").read_text() == "DIRTY = 1\n"
        assert (both.head / "untracked.py").exists()
        assert not (both.head / "secret").exists()
        assert not (both.base / "new.py").exists()
    assert project.state() == before


def test_a_project_in_a_folder_of_the_repository_is_found_in_it(project: Project) -> None:
    project.write("part/benchmarks.py", "")
    project.commit("a part")
    repository = Repository.around(project.folder / "part")
    head = repository.revision("HEAD")
    with checked_out(repository, head, head) as both:
        assert both.head.name == "part"
        assert (both.head / "benchmarks.py").exists()


def test_an_unknown_revision_names_the_branches(project: Project) -> None:
    with pytest.raises(
        BenchError, match=r"knows no revision 'nope' here; there are the branches main"
    ):
        around(project).revision("nope")


def test_a_shallow_clone_says_what_to_fetch(project: Project, tmp_path: Path) -> None:
    project.commit("second")
    project.git("clone", "-q", "--depth=1", f"file://{project.folder}", str(tmp_path / "shallow"))
    with pytest.raises(BenchError, match="is shallow and does not hold 'HEAD~1': fetch it"):
        Repository.around(tmp_path / "shallow").revision("HEAD~1")


def test_a_detached_head_is_as_good_as_a_branch(project: Project) -> None:
    first = project.git("rev-parse", "HEAD")
    project.commit("second")
    project.git("checkout", "-q", first)
    assert around(project).revision("HEAD").commit == first


def test_no_repository_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="is in no git repository"):
        Repository.around(tmp_path)


def test_no_git_is_said_in_one_line(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project.folder))
    with pytest.raises(BenchError, match="git is not installed"):
        around(project)


def test_a_full_disk_is_said_in_one_line(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = around(project)
    head = repository.revision("HEAD")

    def refuse(**_: str) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with (
        pytest.raises(BenchError, match=r"no room for the checkouts: \[Errno 28\]"),
        checked_out(repository, head, head),
    ):
        pass


def test_what_a_crash_left_is_cleared_and_what_is_in_use_is_let_be(project: Project) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from waitbench.gate.repository import Repository\n"
        "from waitbench.gate.worktrees import checked_out\n"
        "known = Repository.around(Path(sys.argv[1])); head = known.revision('HEAD')\n"
        "with checked_out(known, head, head) as both:\n"
        "    print(both.harness.parent, flush=True); time.sleep(600)\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code, str(project.folder)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": import_path()},
    )
    assert running.stdout is not None
    left = Path(running.stdout.readline().strip())
    repository = around(project)
    assert clear_leftovers(repository) == 0
    assert (left / "base").is_dir()
    running.kill()
    running.communicate()
    ends_s = time.monotonic() + 20
    while clear_leftovers(repository) == 0:
        assert time.monotonic() < ends_s
    assert not left.exists()
    assert PREFIX not in project.git("worktree", "list")


def test_folders_that_git_does_not_know_are_cleared_when_they_are_old(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    young, old, index = (
        tmp_path / name for name in (f"{PREFIX}young", f"{PREFIX}old", "waitbench-index-old")
    )
    for folder in (young, old, index):
        folder.mkdir()
    hours_ago_s = time.time() - 2 * 3600
    for folder in (old, index):
        os.utime(folder, (hours_ago_s, hours_ago_s))
    assert clear_leftovers(around(project)) == 2
    assert [path.name for path in tmp_path.glob("waitbench-*")] == [young.name]


def test_a_repository_without_a_commit_says_so(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    with pytest.raises(BenchError, match="this repository has no commit yet"):
        Repository.around(tmp_path).revision("HEAD")
