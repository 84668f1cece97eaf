"""What is said before a run on a machine that has no core to spare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.system import busy_machine, machine

if TYPE_CHECKING:
    import pytest


def test_a_machine_that_is_free_enough_is_not_spoken_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "busy", lambda **_: {"busy": 0.3, "stolen": 0.0})
    assert busy_machine.look(0.01) is None
    monkeypatch.setattr(machine, "busy", lambda **_: None)
    assert busy_machine.look(0.01) is None


def test_the_programs_that_take_the_cores_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(
        [
            {(1, "make"): 10.0, (2, "cc1"): 1.0, (3, "idle"): 5.0},
            {(1, "make"): 10.0, (2, "cc1"): 2.0, (3, "idle"): 5.0, (4, "cc1"): 3.0},
        ]
    )
    monkeypatch.setattr(busy_machine, "_seconds", lambda: next(seconds))
    monkeypatch.setattr(machine, "busy", lambda **_: {"busy": 0.9, "stolen": 0.0})
    busy = busy_machine.look(0.01)
    assert busy is not None
    assert [name for name, _ in busy.programs] == ["cc1"]
    assert "90 % busy" in busy.sentence
    assert "cc1" in busy.sentence
