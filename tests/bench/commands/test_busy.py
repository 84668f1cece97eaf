"""A machine that is too busy is said before anything is measured, and asked where one can."""

from __future__ import annotations

import io
from argparse import Namespace
from typing import TYPE_CHECKING

import pytest

from waitbench.cli import main
from waitbench.commands import _busy, advise
from waitbench.scenario import BenchError
from waitbench.system import busy_machine

if TYPE_CHECKING:
    from waitbench.advisor.advice import Advice
    from waitbench.advisor.question import Question

BUSY = busy_machine.Busy(share=0.9, programs=(("hog", 1.8),))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _the_machine_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(busy_machine, "look", lambda: BUSY)


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: str) -> Terminal:
    screen = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    monkeypatch.setattr("sys.stderr", screen)
    return screen


@pytest.mark.parametrize("answer", ["y\n", "Yes\n"])
def test_who_says_yes_goes_on(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    screen = at_a_terminal(monkeypatch, answer)
    assert _busy.ask_where_busy(Namespace(force=False))
    assert "90 % busy (cores: hog 1.8)" in screen.getvalue()


@pytest.mark.parametrize("answer", ["\n", "n\n", ""])
def test_whoever_else_measures_nothing(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    at_a_terminal(monkeypatch, answer)
    with pytest.raises(BenchError, match="--force"):
        _busy.ask_where_busy(Namespace(force=False))


def test_with_force_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = at_a_terminal(monkeypatch, "n\n")
    assert not _busy.ask_where_busy(Namespace(force=True))
    _busy.tell_where_busy(Namespace(force=True))
    assert screen.getvalue() == ""


def test_a_script_is_told_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert not _busy.ask_where_busy(Namespace(force=False))
    assert capsys.readouterr().err == ""
    _busy.tell_where_busy(Namespace(force=False))
    assert "hog 1.8" in capsys.readouterr().err


@pytest.mark.parametrize("asked", [True, False])
def test_advise_goes_on_where_nobody_can_be_asked(
    asked: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def told(question: Question, _: object) -> Advice:
        raise BenchError(f"goes on: {question.force}")

    monkeypatch.setattr("waitbench.advisor.pipeline.run_pipeline", told)
    monkeypatch.setattr(advise, "can_ask", lambda: asked)
    monkeypatch.setattr(advise, "ask_where_busy", lambda _: False)  # it was free when asked
    assert main(["advise", "shop.py:fetch", "--dry"]) == 2
    assert f"goes on: {not asked}" in capsys.readouterr().err
