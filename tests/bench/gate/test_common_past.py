"""Which commit head is compared with: histories made by hand, each with its right commit."""

from pathlib import Path

import pytest

from tests.bench.gate.projects import Project
from waitbench.cli import main
from waitbench.gate import common_past
from waitbench.gate.repository import Repository, Revision
from waitbench.scenario import BenchError

pytestmark = pytest.mark.processes


def chosen(
    folder: Path, base: str, head: str = "HEAD", *, exact: bool = False, named: bool = False
) -> tuple[Revision, str]:
    repository = Repository.around(folder)
    revisions = repository.revision(base), repository.revision(head)
    return common_past.choose(repository, *revisions, exact=exact, head_named=named)


@pytest.fixture
def forked(project: Project) -> Project:
    """Make two commits on main that the branch lacks, and one on the branch."""
    project.git("tag", "fork")
    project.git("checkout", "-q", "-b", "feature")
    project.write("feature.txt", "")
    project.commit("a feature")
    project.git("checkout", "-q", "main")
    project.commit("a faster total")
    project.commit("a faster double")
    project.git("checkout", "-q", "feature")
    return project


def test_a_base_that_moved_on_is_left_for_where_head_left_it(forked: Project) -> None:
    base, sentence = chosen(forked.folder, "main")
    assert base.commit == forked.git("rev-parse", "fork")
    assert "head lacks 2 commits of main (" in sentence
    assert sentence.index("a faster double") < sentence.index("a faster total")
    assert "--exact-base" in sentence


def test_a_base_that_did_not_move_on_is_compared_with_in_silence(forked: Project) -> None:
    for asked in ("fork", forked.git("rev-parse", "fork")):
        base, sentence = chosen(forked.folder, asked)
        assert (base.commit, sentence) == (forked.git("rev-parse", "fork"), "")


def test_base_itself_is_compared_with_where_that_is_asked_for(forked: Project) -> None:
    base, sentence = chosen(forked.folder, "main", exact=True)
    assert base.commit == forked.git("rev-parse", "main")
    assert "head lacks 2 commits of main" in sentence
    assert "may be the reason" in sentence


def test_a_branch_that_took_main_in_leaves_it_there(forked: Project) -> None:
    forked.git("merge", "-q", "--no-edit", "main")
    taken_in = forked.git("rev-parse", "main")
    assert chosen(forked.folder, "main") == (Repository.around(forked.folder).revision("main"), "")
    forked.git("checkout", "-q", "main")
    forked.commit("one more")
    forked.git("checkout", "-q", "feature")
    base, sentence = chosen(forked.folder, "main")
    assert base.commit == taken_in
    assert "head lacks 1 commit of main" in sentence


def test_files_as_they_are_left_main_where_their_branch_did(forked: Project) -> None:
    forked.write("src/shop.py", "DIRTY = 1\n")
    base, _ = chosen(forked.folder, "main", ".", named=True)
    assert base.commit == forked.git("rev-parse", "fork")


def test_branches_that_took_each_other_in_share_two_pasts(forked: Project) -> None:
    feature, main_tip = forked.git("rev-parse", "feature"), forked.git("rev-parse", "main")
    forked.git("merge", "-q", "--no-edit", main_tip)
    forked.commit("feature goes on")
    forked.git("checkout", "-q", "main")
    forked.git("merge", "-q", "--no-ff", "--no-edit", feature)
    forked.git("checkout", "-q", "feature")
    base, sentence = chosen(forked.folder, "main")
    assert base.commit in {feature, main_tip}
    assert "newest of 2 that they share" in sentence


def test_an_old_head_that_was_asked_for_is_compared_as_it_is(forked: Project) -> None:
    base, sentence = chosen(forked.folder, "main", "fork", named=True)
    assert base.commit == forked.git("rev-parse", "main")
    assert "may be the reason" in sentence
    forked.git("checkout", "-q", "fork")
    with pytest.raises(BenchError, match=r"has none of its own.*--exact-base"):
        chosen(forked.folder, "main")


def test_histories_with_nothing_in_common_are_one_line(
    forked: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    forked.git("checkout", "-q", "--orphan", "island")
    forked.commit("from the beginning")
    monkeypatch.chdir(forked.folder)
    assert main(["gate", "--base", "main"]) == 2
    complaint = capsys.readouterr().err
    assert "have no commit in common; --exact-base" in complaint
    assert complaint.count("\n") == 1
    assert main(["gate", "--base-python", "python3", "--exact-base"]) == 2
    assert "--exact-base says how --base is meant" in capsys.readouterr().err


def test_a_shallow_clone_without_the_fork_says_what_to_fetch(
    forked: Project, tmp_path: Path
) -> None:
    shallow = tmp_path / "shallow"
    source = f"file://{forked.folder}"
    forked.git("clone", "-q", "--depth=1", "--no-single-branch", source, str(shallow))
    with pytest.raises(BenchError, match=r"shallow.*git fetch --unshallow.*--exact-base"):
        chosen(shallow, "origin/main")
    assert "head lacks" in chosen(shallow, "origin/main", exact=True)[1]
    deep = tmp_path / "deep"  # enough of it: the fork is three back at most
    forked.git("clone", "-q", "--depth=3", "--no-single-branch", source, str(deep))
    base, _ = chosen(deep, "origin/main")
    assert base.commit == forked.git("rev-parse", "fork")
