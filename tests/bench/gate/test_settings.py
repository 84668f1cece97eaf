"""What a project says in pyproject.toml, and what is wrong with it in one line."""

import re
from pathlib import Path

import pytest

from waitbench.gate import settings
from waitbench.scenario import BenchError


def test_a_project_that_says_nothing_has_the_usual(tmp_path: Path) -> None:
    read = settings.read(tmp_path)
    assert (read.margin, read.minutes, read.file) == (0.03, 10.0, None)


def test_a_budget_is_written_as_it_is_typed(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[tool.waitbench.gate]\nbudget = "90s"\n', encoding="utf-8")
    assert settings.read(tmp_path).minutes == 1.5


def test_margins_go_by_pattern_and_the_first_that_fits_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.waitbench.gate]\nmargin = "4%"\n'
        '[tool.waitbench.gate.margins]\n"bench_http*" = "10 %"\n"bench_*" = 0.02\n'
    )
    read = settings.read(tmp_path)
    assert read.margin_of("bench_http_get") == pytest.approx(0.10)
    assert read.margin_of("bench_parse") == pytest.approx(0.02)
    assert read.margin_of("Fetch[sync]") == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("margins = 3", "must be a table of patterns"),
        ("margin = 3", "write it like 0.03 or '3%'"),
        ("margin = 'wide'", "write it like 0.03 or '3%'"),
        ('budget = "soon"', "budget soon is no time to spend"),
        ("minutes = 0", "must be a number above zero"),
        ("paths = 'src'", "must be a list of texts"),
        ("marign = 0.1", "has no 'marign'; did you mean 'margin'?"),
        ("nonsense = 0.1", "there are benchmarks, budget, build"),
        ("margin = ", "cannot be read"),
        ("minutes = true", "must be a number above zero"),
        ("minutes = inf", "must be a number above zero"),
        ("margin = true", "write it like 0.03 or '3%'"),
        ("margin = nan", "write it like 0.03 or '3%'"),
        ("benchmarks = [1]", "must be a list of texts"),
        ("file = 1", "must be a text"),
        ("file = ''", "must be a text"),
        ("tests = 'mine'", "there are head, base, own"),
        ("pytest = 'tests \"unit'", "a quote is not closed"),
        ("file = '/somewhere/benchmarks.py'", "which is the same on both sides"),
        ("paths = ['/somewhere']", "which is the same on both sides"),
    ],
)
def test_a_mistake_is_told_in_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.waitbench.gate]\n{text}\n")
    with pytest.raises(BenchError, match=re.escape(complaint)):
        settings.read(tmp_path)


@pytest.mark.parametrize(
    "text", ["tool = 1", "[tool]\nwaitbench = []", "[tool.waitbench]\ngate = 'x'"]
)
def test_what_should_be_a_table_and_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"{text}\n")
    with pytest.raises(BenchError, match="it must be a table"):
        settings.read(tmp_path)
