"""What was typed before works for a release more, and says what it is now; no help shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bench.synthetic import summary, whole
from waitbench import cli
from waitbench.cli import main
from waitbench.commands import _gate_options, _results, baseline

if TYPE_CHECKING:
    from pathlib import Path

    from waitbench.parsing import Parser


def parser_of(name: str) -> Parser:
    return cli.parser_of(name, cli._load(name))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run in a folder of its own, in which baselines are kept, too."""
    for module in (_results, baseline):
        monkeypatch.setattr(module, "results_folder", lambda: tmp_path)
    return str(summary(tmp_path, *whole()).path)


def test_a_baseline_s_run_and_name(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", "update", "mine", "--run", run]) == 0
    assert "is update FILE --name NAME now" in capsys.readouterr().err
    assert main(["gate", "--baseline", "mine", "--run", run]) == 0
    assert "--run FILE is gate --baseline FILE RUN now" in capsys.readouterr().err
    assert main(["gate", run, "--baseline", "mine"]) == 0
    assert capsys.readouterr().err == ""


def test_a_name_in_the_place_of_a_run(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", "update", "mine"]) == 0  # of the newest run, as before
    old = capsys.readouterr()
    assert "update mine is update --name mine now" in old.err
    for newest in ("latest", "1", run):
        assert main(["baseline", "update", newest, "--name", "mine"]) == 0
        assert capsys.readouterr() == (old.out, "")


def test_the_minutes_of_a_project_s_gate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = "[tool.waitbench.gate]\nminutes = 1.5\n"
    (tmp_path / "pyproject.toml").write_text(table, encoding="utf-8")
    arguments = cli.parser(whole=True).parse_args(["gate", "--base", "main"])
    assert _gate_options.settings_asked(tmp_path, arguments).minutes == pytest.approx(1.5)
    told = 'waitbench: [tool.waitbench.gate] minutes = 1.5 is budget = "1.5m" now\n'
    assert capsys.readouterr().err == told


@pytest.mark.processes
def test_formats_that_were_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["environment", "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("{")
    assert printed.err == "waitbench: --json is --format json now\n"


@pytest.mark.parametrize("name", sorted(set(cli.COMMANDS) - {"serve", "calibrate"}))
def test_no_help_shows_them_and_each_has_examples_and_exit_statuses(name: str) -> None:
    shown = parser_of(name).format_help()
    for old in ("--minutes", "--json", "--markdown", "--again", "--scenario", "--run "):
        assert old not in shown
    below = shown.partition("examples:\n")[2]
    assert sum(line.startswith(f"  waitbench {name}") for line in below.splitlines()) == 3
    assert "  2    a mistake in what was typed" in below.partition("exit status:\n")[2]
    assert max(map(len, shown.splitlines())) <= 86


def test_the_same_option_is_told_in_the_same_words_everywhere() -> None:
    texts: dict[str, set[str]] = {}
    for name in set(cli.COMMANDS) - {"serve", "calibrate"}:
        for action in parser_of(name)._actions:
            if action.metavar == "A,B" and "--python" in action.option_strings:
                continue  # those that race are another thing
            for option in action.option_strings:
                texts.setdefault(option, set()).add((action.help or "").partition(" (default")[0])
    shared = ("-k", "--budget", "--python", "--force", "--models", "--postgres", "-v", "-q")
    for option in shared:
        assert len(texts[option]) == 1, option


def test_examples_parse() -> None:
    import shlex

    for name in set(cli.COMMANDS) - {"serve", "calibrate", "advise"}:
        described = parser_of(name)
        for line in (described.epilog or "").splitlines():
            words = shlex.split(line) if line.startswith(f"  waitbench {name}") else []
            typed = words[2 : next((words.index(w) for w in ("|", ">") if w in words), None)]
            if words:
                assert described.parse_typed(typed)[1] == [], line
