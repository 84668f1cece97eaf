"""The proof of the advisor: a race that somebody stopped is no record."""

from unittest.mock import MagicMock

import pytest

from bench.advisor import trial
from bench.advisor.corpus import cases
from bench.race.record import RaceRecord


def test_a_race_that_was_stopped_ends_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, known = MagicMock(), MagicMock()
    seen.share.demand.alone_ns = 5e6
    known.wall_ns.return_value = 1e9
    monkeypatch.setattr(trial, "crowding", lambda: None)
    monkeypatch.setattr(trial, "probe", lambda *_: seen)
    monkeypatch.setattr(trial, "setting", lambda *_: known)
    monkeypatch.setattr(trial, "race", lambda *_: ([], RaceRecord(interrupted=True)))
    poll = next(case for case in cases("tuning") if case.name == "poll")
    with pytest.raises(KeyboardInterrupt):
        trial.trial(poll)
