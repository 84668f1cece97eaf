"""A gate over machines: what travels, and the verdict on what comes back."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.bench.gate.test_parts import part
from tests.bench.machines.pretended import Future, Pretended
from tests.bench.synthetic import ENVIRONMENT
from waitbench.gate import bundle, on_machines
from waitbench.gate.compare import Sides
from waitbench.gate.repository import Repository
from waitbench.gate.settings import GateSettings
from waitbench.machines.crew import RESOURCE
from waitbench.scenario import BenchError
from waitbench.system import environment

pytestmark = pytest.mark.processes  # git


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Two commits, of a file that changes, and a third that nobody asks for."""
    top = tmp_path / "project"
    top.mkdir()

    def git(*words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", "-C", str(top), *who, *words], check=True, capture_output=True)

    git("init", "-q")
    for text in ("secret", "one", "two"):
        (top / "work.py").write_text(text)
        git("add", ".")
        git("commit", "-qm", text)
    return Repository.around(top)


def sides(repository: Repository) -> Sides:
    return Sides(base=repository.revision("HEAD~1"), head=repository.revision("HEAD"))


def asked() -> on_machines.Asked:
    return on_machines.Asked(
        project=".",
        pythons=(None, None, None),
        settings=GateSettings(minutes=1),
        commands=(),
        changed=False,
        only="",
        seed=7,
    )


def test_both_commits_travel_without_their_past(repository: Repository, tmp_path: Path) -> None:
    both = sides(repository)
    content = bundle.made(repository, (both.base, both.head))
    there = tmp_path / "there"
    commits = bundle.unpacked(content, there)
    shown = [
        subprocess.run(
            ["git", "-C", str(there), "show", f"{commit}:work.py"], capture_output=True, check=True
        ).stdout
        for commit in commits
    ]
    assert shown == [b"one", b"two"]
    many = subprocess.run(
        ["git", "-C", str(there), "rev-list", "--all", "--count"], capture_output=True, check=True
    ).stdout
    assert int(many) == 2
    again = bundle.unpacked(bundle.made(repository, (both.base, both.head)), tmp_path / "again")
    assert again == commits  # the same on every machine and every time


def compared(repository: Repository, cluster: Pretended) -> tuple[Any, list[str]]:
    heard: list[str] = []
    outcome = on_machines.compare_there(
        cluster.cluster, repository, sides(repository), asked(), force=False, say=heard.append
    )
    return outcome, heard


def test_parts_of_all_machines_are_one_gate(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "describe", lambda: dict(ENVIRONMENT))

    def races(_cluster: Pretended, future: Future) -> Any:
        number, of = future.order.part
        path = part(tmp_path, number, of=of, machine=future.member.address, speed=number)
        return "answer", path.read_text()

    members: dict[str, Any] = {f"tcp://10.0.0.{number}:1": {RESOURCE: 1} for number in (1, 2, 3, 4)}
    outcome, heard = compared(repository, Pretended(members=members, act=races))
    assert [result.name for result in outcome.of("slower")] == ["bench_total"]
    assert len(outcome.machines) == 4
    assert outcome.commits[0] == repository.revision("HEAD~1").commit
    assert heard[0].startswith("4 workers on 4 machines take 8 parts")
    assert "10.0.0" not in str(outcome.machines) + str(outcome.notes)


def test_a_lost_part_is_said_and_a_gate_without_any_is_refused(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "describe", lambda: dict(ENVIRONMENT))

    def fails(_cluster: Pretended, future: Future) -> Any:
        number, of = future.order.part
        if number == 1:
            return "failed", "its process was ended by SIGKILL"
        return "answer", part(tmp_path, number, of=of, machine="m").read_text()

    members: dict[str, Any] = {"tcp://10.0.0.1:1": {RESOURCE: 1}}
    outcome, _ = compared(repository, Pretended(members=members, act=fails))
    assert any("part 1 was given up" in note for note in outcome.notes)
    assert "part 1 of 2 is missing; the rest is decided" in outcome.notes

    def refuses(_cluster: Pretended, _future: Future) -> Any:
        return "answer", json.dumps({on_machines.REFUSED: "python 3.14, not 3.10"})

    monkeypatch.setattr("waitbench.machines.dispatcher.NOBODY_FOR_S", 0.2)
    with pytest.raises(BenchError, match=r"no part of the gate was raced: .*python 3\.14"):
        compared(repository, Pretended(members=members, act=refuses))
