"""The proof of the advisor: a race that somebody stopped is no record."""

import json
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from tests.proof.advisor import kinds, trial
from tests.proof.advisor.__main__ import read
from tests.proof.advisor.corpus import cases
from tests.proof.advisor.corpus.kinds import MEMORY, SOURCES, TOLD, programs
from waitbench.race.record import RaceRecord


def test_a_race_that_was_stopped_ends_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    probed, fitted = MagicMock(), MagicMock()
    probed.alone.demand.alone_ns = 5e6
    fitted.wall_ns.return_value = 1e9
    monkeypatch.setattr(trial, "core_contention", lambda: None)
    monkeypatch.setattr(trial, "probe", lambda *_: probed)
    monkeypatch.setattr(trial, "fit_model", lambda *_: fitted)
    monkeypatch.setattr(trial, "race", lambda *_: RaceRecord(interrupted=True))
    poll = next(case for case in cases("tuning") if case.name == "poll")
    with pytest.raises(KeyboardInterrupt):
        trial.trial(poll)


def test_the_last_record_of_a_function_counts_and_the_machine_it_ran_on(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    poll = {"recipe": trial.RECIPE, "corpus": "tuning", "name": "poll", "beside": 0, "calls": 1}
    newer, other, old = {**poll, "calls": 2}, {**poll, "name": "parse"}, {**poll, "recipe": 1}
    machines = [{"machine": {"commit": name}} for name in ("first", "second", "third")]
    lines = [machines[0], poll, machines[1], other, newer, machines[2], {**old, "name": "digest"}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert read(file) == [(machines[1], newer), (machines[1], other)]


def test_programs_of_a_kind_are_judged_by_what_is_said_and_twins_by_what_is_not() -> None:
    listed = programs()
    for kind in TOLD:
        assert sum(each.kind == kind and not each.healthy for each in listed) >= 3
        assert any(each.kind == kind and each.healthy for each in listed)
    faulty, twin = (
        next(each for each in listed if each.kind == MEMORY and each.healthy is healthy)
        for healthy in (False, True)
    )
    memory = "it answers\nfrom memory: …"
    records = [
        kinds.judged(faulty, memory, 1),
        kinds.judged(faulty, "use threads", 0),
        kinds.judged(twin, "use threads", 0),
        kinds.judged(twin, memory, 1),
    ]
    assert [record["right"] for record in records] == [True, False, True, False]
    written = kinds.section(records)
    assert "| answers from memory | 1 of 2 | 1 of 2 |" in written
    assert f"- `{faulty.name}`: nothing said" in written


@pytest.mark.processes
def test_a_program_is_asked_about_as_anybody_asks(tmp_path: Path) -> None:
    program = next(each for each in programs() if each.module == "ends")
    (tmp_path / "ends.py").write_text(SOURCES["ends"])
    record = kinds.asked(program, str(tmp_path))
    assert record["right"]
    assert record["status"] == 2
