"""The last screen of a run: who won, how sure, what is open and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.bench.synthetic import computing, record, scenario, shaken, summary
from waitbench.findings import find_all
from waitbench.presentation import last_screen, terminal
from waitbench.pytest_plugin.run_options import timed
from waitbench.report import closing

if TYPE_CHECKING:
    from pathlib import Path

WAITING, COMPUTING = scenario(), computing()


def answer(tmp_path: Path, *records: dict[str, Any]) -> dict[str, str]:
    made = summary(tmp_path, *records)
    return {line.word: line.text for line in closing.lines(made, find_all(made), timed)}


def test_each_kind_of_work_names_its_winner_how_much_and_how_sure(tmp_path: Path) -> None:
    told = answer(
        tmp_path,
        record(WAITING, "sync", shaken(1600)),
        record(WAITING, "asyncio", shaken(50)),
        record(WAITING, "threads", shaken(64)),
        record(COMPUTING, "sync", shaken(100)),
        record(COMPUTING, "processes", shaken(50)),
    )
    # 1600 ms / 50 ms and 100 ms / 50 ms, launch by launch: the launches' luck cancels out.
    assert told["Waiting"].startswith("asyncio 32.0 times as fast as sync [32.0, 32.0]")
    assert WAITING["name"] in told["Waiting"]
    assert told["Computing"].startswith("processes 2.00 times as fast as sync")
    assert "Both" not in told


def test_who_may_be_as_fast_is_named_beside_the_first(tmp_path: Path) -> None:
    told = answer(
        tmp_path,
        record(WAITING, "sync", shaken(1600)),
        record(WAITING, "asyncio", shaken(50)),
        record(WAITING, "threads", shaken(50.1)),
    )
    assert "or threads: too close to call" in told["Waiting"]


def test_nobody_gains_where_all_take_as_long(tmp_path: Path) -> None:
    told = answer(
        tmp_path,
        record(COMPUTING, "sync", shaken(100)),
        record(COMPUTING, "threads", shaken(100)),
    )
    assert told["Computing"].startswith("nobody wins in 1 scenario")


def test_where_the_machine_was_busy_that_is_why_and_the_same_run_comes_next(
    tmp_path: Path,
) -> None:
    everywhere = [(launch, block) for launch in range(3) for block in range(4)]
    told = answer(
        tmp_path,
        record(COMPUTING, "sync", shaken(100), disturbed=everywhere),
        record(COMPUTING, "threads", shaken(100, launches=(0.7, 1.0, 1.4)), disturbed=everywhere),
    )
    assert "the machine was busy in 100 % of the rounds" in told["Computing"]
    assert "the machine was busy in 100 % of the rounds" in told["Machine"]
    assert told["Next"].startswith("close what else runs")


def test_it_is_twelve_lines_of_eighty_columns(tmp_path: Path) -> None:
    made = summary(
        tmp_path,
        record(WAITING, "sync", shaken(1600)),
        record(WAITING, "asyncio", shaken(50)),
        record(COMPUTING, "sync", shaken(100)),
        record(COMPUTING, "processes", shaken(50)),
    )
    lines = closing.lines(made, find_all(made), timed)
    text = terminal.written(lambda console: last_screen.show(console, lines), width=80, color=False)
    assert 6 <= len(text.splitlines()) <= 12
    assert all(len(line) <= 80 for line in text.splitlines())
    assert closing.brief(lines).count("\n") == 0


def test_a_command_says_about_how_long_it_takes() -> None:
    # 1.3 times the budget: 76 s, 255 s, 18 s, and what was asked for.
    assert timed("waitbench run clients --launches 6") == (
        "`waitbench run clients --launches 6` (about 2 minutes)"
    )
    assert timed("waitbench run --full").endswith("(about 5 minutes)")
    assert timed("waitbench run --quick").endswith("(about 23 s)")
    assert timed("waitbench run --budget 600").endswith("(about 13 minutes)")


def test_in_one_line_are_the_winners_and_where_the_run_is_saved() -> None:
    lines = [
        last_screen.Line(word="Waiting", text="asyncio 32.0 times as fast as sync (or threads)"),
        last_screen.Line(word="Machine", text="AMD EPYC"),
        last_screen.Line(
            word="Saved", text="0001 in results/: `waitbench report 0001`", whole=True
        ),
        last_screen.Line(word="Page", text="none: a page needs jinja2"),
    ]
    told = closing.brief(lines)
    assert told == "waiting: asyncio 32.0 times as fast as sync; 0001 in results/"
