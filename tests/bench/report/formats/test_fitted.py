import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.report.runs import RUNS, usual
from tests.bench.synthetic import record, scenario, shaken, summary
from waitbench.charts import pictures
from waitbench.findings import find_all
from waitbench.report import files
from waitbench.report.formats import _fitted, markdown
from waitbench.report.formats._fitted import Piece, fitted

COMMENT = 65_536


def piece(name: str, rank: int, size: int) -> Piece:
    return Piece(text=name * size, rank=rank, kind="tables", name=name)


def test_what_has_room_is_whole_and_says_nothing() -> None:
    text = fitted([Piece(text="# t"), piece("a", 1, 10)], "more", most=50)
    assert text == "# t\n\naaaaaaaaaa\n"


def test_the_largest_rank_goes_first_and_is_named() -> None:
    pieces = [Piece(text="# t"), piece("a", 2, 3_000), piece("b", 1, 3_000), piece("c", 2, 900)]
    text = fitted(pieces, "Type more.", most=6_500)
    assert text.startswith("# t\n\n> Left out to stay under 6 kB: tables: 1 (a). Type more.\n\n")
    assert "bbb" in text
    assert "ccc" in text
    assert "aaa" not in text


def test_many_names_are_counted() -> None:
    pieces = [Piece(text="# t"), *(piece(f"n{place}", 1, 2_000) for place in range(30))]
    text = fitted(pieces, "Type more.", most=4_000)
    assert "tables: 30 (n0, n1, " in text
    assert "n11, 18 more)" in text


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4_000), st.sampled_from("aµ数")), max_size=30
    )
)
def test_no_page_is_larger_than_it_may_be(made: list[tuple[int, int, str]]) -> None:
    pieces = [Piece(text="# t"), *(piece(sign, rank, size) for rank, size, sign in made)]
    text = fitted(pieces, "Type more.", most=9_000)
    assert len(text.encode()) <= 9_000
    assert text.startswith("# t\n")


@pytest.mark.parametrize("suites", [1, 40])
def test_a_huge_run_fits_into_a_comment(tmp_path: Path, suites: int) -> None:
    rows = [
        record(
            scenario(f"http-50ms-n32-c{place}", suite=f"suite{place % suites}"), model, shaken(50)
        )
        for place in range(80)
        for model in ("sync", "threads", "processes", "asyncio")
    ]
    made = summary(tmp_path, *rows)
    text = markdown.render(made, find_all(made))
    assert len(text.encode()) <= _fitted.MOST < COMMENT
    assert "> Left out to stay under 64 kB: tables of s" in text
    assert "## Methods and environment" in text
    assert text.count("<details>") == text.count("</details>")


def test_huge_names_fit_too(tmp_path: Path) -> None:
    long = "x" * 30_000
    made = summary(
        tmp_path,
        *(record(scenario(f"{long}{place}"), f"{long}{place}", shaken(50)) for place in range(3)),
        warnings=[{"code": "x", "text": long, "advice": long}],
        environment={"cpu": long},
    )
    assert len(markdown.render(made, find_all(made)).encode()) <= _fitted.MOST


@pytest.mark.parametrize("name", RUNS)
def test_a_usual_run_loses_nothing(tmp_path: Path, name: str) -> None:
    made = RUNS[name](tmp_path)
    assert "Left out to stay" not in markdown.render(made, find_all(made))


def test_pictures_that_lie_beside_it_are_linked(tmp_path: Path) -> None:
    made = usual(tmp_path)
    drawn = pictures(made)
    text = files("markdown", made, [], shown=drawn)["report.md"]
    assert re.findall(r"\]\((\w+)\.svg\)", text) == [picture.name for picture in drawn]
    assert ".svg" not in files("markdown", made, [])["report.md"]
    assert "<script" not in text
