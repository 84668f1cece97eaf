"""What an extra brings is named by it, and pyproject.toml agrees."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from waitbench.registry import optional
from waitbench.scenario import BenchError

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]


def test_every_extra_is_the_one_that_pyproject_has() -> None:
    extras = PROJECT["optional-dependencies"]
    assert extras.pop("all") == [f"waitbench[{','.join(optional.EXTRAS)}]"]
    name = re.compile(r"[a-z][\w.-]*(\[[\w,]+\])?")
    assert {
        extra: sorted(map(str, modules.values())) for extra, modules in optional.EXTRAS.items()
    } == {
        extra: sorted(match[0] for text in texts if (match := name.match(text)))
        for extra, texts in extras.items()
    }


@pytest.mark.parametrize(
    ("absent", "sentence"),
    [
        (("jinja2",), "needs jinja2: pip install jinja2 (in the extra report)"),
        (
            ("jinja2", "vl_convert"),
            (
                "needs jinja2 and vl_convert: pip install jinja2 vl-convert-python "
                "(in the extra report)"
            ),
        ),
        (("PIL",), "needs PIL: pip install pillow (in the extra suites)"),
        (
            ("psycopg",),
            "needs psycopg: pip install 'psycopg[binary,pool]' (in the extra suites)",
        ),
        (("no_such_library",), "needs no_such_library: pip install no_such_library"),
    ],
)
def test_what_is_missing_is_a_line_that_names_the_extra(
    absent: tuple[str, ...], sentence: str
) -> None:
    assert optional.cure(*absent) == sentence


def test_only_what_is_missing_is_named() -> None:
    assert optional.missing("json", "pathlib.Path") is None
    assert (
        optional.missing("json", "no_such.part", "no_such") == "needs no_such: pip install no_such"
    )
    optional.need("a page", "json")
    with pytest.raises(BenchError, match=r"^a page needs no_such: pip install no_such$"):
        optional.need("a page", "json", "no_such")


def test_a_page_is_refused_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from waitbench.cli import main

    monkeypatch.setattr(optional, "installed", lambda library: library != "jinja2")
    assert main(["report", "no-such-file", "-o", "x.html"]) == 2
    captured = capsys.readouterr()
    assert captured.err == (
        "waitbench: a page needs jinja2: pip install jinja2 (in the extra report)\n"
    )
