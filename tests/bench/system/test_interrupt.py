"""Signals that ask for an end: the first stops, the next ones lose nothing."""

from __future__ import annotations

import os
import signal

import pytest

from waitbench.system import interrupt
from waitbench.system.interrupt import STOP_SIGNALS, Interrupt, ends_command, hurried


@pytest.fixture(autouse=True)
def unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupt, "_heard", interrupt._Heard())


def press(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_each_of_them_is_noted_and_none_raises(number: int) -> None:
    with Interrupt.of_this_thread() as noted:
        press(number)
        assert noted.requested
        assert not hurried()
        press(number)
        press()
        assert hurried()


def test_a_block_hands_its_stop_to_the_one_around_it_and_to_the_next() -> None:
    with Interrupt.of_this_thread() as outer:
        with Interrupt.of_this_thread() as inner:
            press()
            assert inner.requested
        assert outer.requested
        with Interrupt.of_this_thread() as late, Interrupt.never() as never:
            assert late.requested
            assert not never.requested


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_a_command_ends_by_the_first_and_takes_its_things_away_undisturbed(number: int) -> None:
    taken_away = []

    def command() -> None:
        try:
            press(number)
        finally:
            press(number)
            press()
            taken_away.append("all")

    with pytest.raises(KeyboardInterrupt), ends_command():
        command()
    assert taken_away == ["all"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_signal_long_after_the_last_one_counts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with ends_command():
        with pytest.raises(KeyboardInterrupt):
            press()
        press()
        monkeypatch.setattr(interrupt, "PATIENCE_S", 0.0)
        with pytest.raises(KeyboardInterrupt):
            press()


def test_a_hang_up_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupt.of_this_thread() as noted:
            press(signal.SIGHUP)
            assert not noted.requested
    finally:
        signal.signal(signal.SIGHUP, before)
