"""A project's own defaults of options lie under what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from waitbench.cli import main, parser_of
from waitbench.commands import _defaults, advise, doctor, run

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pyproject.toml"


def test_settings_are_defaults_and_what_is_typed_counts_more(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write_text(
        '[tool.waitbench.run]\nmodels = ["sync", "asyncio"]\nbudget = "90s"\nlaunches = 6\n'
    )
    parser = parser_of("run", run)
    settings = _defaults.lay_under(parser, "run", run.SETTINGS)
    arguments, _ = parser.parse_typed(["--budget", "5", "io_bound"])
    assert (arguments.models, arguments.budget, arguments.launches) == ("sync,asyncio", "5", "6")
    _defaults.tell(settings, arguments)
    assert capsys.readouterr().err == (
        "waitbench: from pyproject.toml: --models=sync,asyncio --launches=6\n"
    )


def test_a_setting_is_read_as_the_option_reads_it(project: Path) -> None:
    project.write_text("[tool.waitbench.doctor]\nthreshold = 20\n")
    parser = parser_of("doctor", doctor)
    _defaults.lay_under(parser, "doctor", doctor.SETTINGS)
    assert parser.parse_typed(["app.py", "--threshold", "1"])[0].threshold == 20.0
    assert parser.parse_typed(["--threshold", "1", "app.py"])[0].threshold == 1.0


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("[tool.waitbench.advise]\nspeed = 3", "has no 'speed'; there are budget, max-calls"),
        ("[tool.waitbench.advise]\nmax-calls = 'many'", "max-calls is 'many'; it must be a whole"),
        ("[tool.waitbench.advise]\ntimeout = true", "timeout is True; it must be a number"),
        ("[tool.waitbench.advise]\nnow = {}", "now is {}; it must be a text or a number"),
        ("[tool.waitbench]\nadvise = 3", "it must be a table"),
        ("[tool", "cannot be read"),
    ],
)
def test_a_wrong_setting_is_a_line_that_names_the_file(
    project: Path, capsys: pytest.CaptureFixture[str], table: str, complaint: str
) -> None:
    project.write_text(table)
    assert main(["advise", "shop:fetch"]) == 2
    captured = capsys.readouterr()
    assert complaint in captured.err
    assert "pyproject.toml" in captured.err
    assert len(captured.err.splitlines()) == 1
    with pytest.raises(SystemExit):  # help needs no sound file
        main(["advise", "--help"])


@pytest.mark.parametrize(
    ("name", "command"), [("run", run), ("doctor", doctor), ("advise", advise)]
)
def test_every_name_that_may_be_set_is_an_option(
    project: Path, name: str, command: ModuleType
) -> None:
    lines = [f"{setting} = 5" for setting in command.SETTINGS]
    project.write_text("\n".join([f"[tool.waitbench.{name}]", *lines]))
    assert len(_defaults.lay_under(parser_of(name, command), name, command.SETTINGS)) == len(lines)


def test_without_a_table_nothing_is_laid_or_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write_text("[project]\nname = 'x'\n")
    parser = parser_of("run", run)
    assert _defaults.lay_under(parser, "run", run.SETTINGS) == []
    _defaults.tell([], parser.parse_typed([])[0])
    assert capsys.readouterr().err == ""
