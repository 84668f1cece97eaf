"""The proof of the advisor: a race that somebody stopped is no record."""

import json
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from tests.proof.advisor import trial
from tests.proof.advisor.__main__ import read
from tests.proof.advisor.corpus import cases
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
