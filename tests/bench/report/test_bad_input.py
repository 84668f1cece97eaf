"""Whatever a results file holds, there is a report or one clear line, and never a traceback."""

import copy
import json
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bench.synthetic import MS, computing, document, record, scenario, shaken, target
from waitbench.cli import main
from waitbench.commands._results import read
from waitbench.report import TRACKERS, format_names, render
from waitbench.scenario import SCHEMA

WRONG: list[Any] = [None, float("nan"), float("inf"), -1, 0, "", "text", [], {}, True, 1e300]
WHOLE = document(
    [
        record(scenario(), "sync", shaken(1600), stats=target(), phases_ms=(1, 1, 0, 50, 0, 1, 0)),
        record(scenario(), "asyncio", shaken(52), stats=target(), metrics={"lost": 1.0}),
        record(computing(), "sync", shaken(200)),
        record(computing(), "processes", shaken(110)),
    ],
)


def places(of: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return every place in a document, as the keys that lead to it."""
    inner = of.items() if isinstance(of, dict) else enumerate(of) if isinstance(of, list) else ()
    return [
        path,
        *(place for key, inner_value in inner for place in places(inner_value, (*path, key))),
    ]


PLACES = [place for place in places(WHOLE) if place]


def spoilt(place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made: dict[str, Any] = copy.deepcopy(WHOLE)
    inner: Any = made
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return made


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(PLACES), value=st.sampled_from(WRONG))
def test_a_wrong_value_anywhere_gives_a_report_or_a_line(
    tmp_path: Path, place: tuple[Any, ...], value: Any
) -> None:
    path = write(tmp_path / "spoilt.json", spoilt(place, value))
    for form in ("markdown", "csv", "json", "latex", "terminal"):
        output, complaint = StringIO(), StringIO()
        with redirect_stdout(output), redirect_stderr(complaint):
            status = main(["report", str(path), "--format", form])
        assert status in {0, 2}
        assert complaint.getvalue().count("\n") == (status == 2)
        assert output.getvalue() or status


FOREIGN = {
    "machine_info": {"node": "secret", "python_version": "3.12", "cpu": {"brand_raw": "C|PU"}},
    "benchmarks": [
        {"name": "test_a|<b>", "group": "=g()", "stats": {"median": 0.002, "rounds": 5}},
        {"name": "test_b_", "group": None, "stats": {"median": 3e-6, "rounds": 900}},
        {"name": "test_c", "group": None, "stats": {"median": float("nan")}},
        "nonsense",
    ],
}


@pytest.mark.parametrize("form", [form for form in format_names() if form not in TRACKERS])
def test_a_plain_pytest_benchmark_file_gets_a_table_and_hears_what_it_lacks(
    tmp_path: Path, form: str
) -> None:
    summary, findings = read(write(tmp_path / "plain.json", FOREIGN))
    text = render(form, summary, findings)
    assert [row.model for comparison in summary.scenarios for row in comparison.rows] == [
        "test_a|<b>",
        "test_b_",
    ]
    assert "secret" not in text
    assert "<b>" not in text.replace(r"`test_a\|<b>`", "") or form in {"terminal", "csv", "json"}
    if form != "csv":
        sentence = " ".join(text.replace("{}", "").split())
        assert "2 benchmarks were timed by pytest-benchmark alone" in sentence
        assert "waitbench run" in sentence


def test_a_plain_file_decides_no_claim(tmp_path: Path) -> None:
    assert main(["claims", str(write(tmp_path / "plain.json", FOREIGN))]) == 0
    assert read(tmp_path / "plain.json")[1] == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"benchmarks": []}, "no waitbench rows"),
        ({"benchmarks": [{"name": "x", "stats": {}}]}, "no waitbench rows"),
        ({"waitbench": {"schema": SCHEMA + 1}, **WHOLE, "x": 1}, None),
        ([1, 2], "not a pytest-benchmark file"),
    ],
    ids=["nothing", "no times", "ours", "a list"],
)
def test_what_is_no_results_file_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: object, complaint: str | None
) -> None:
    status = main(["report", str(write(tmp_path / "x.json", content))])
    heard = capsys.readouterr().err
    assert status == (2 if complaint else 0)
    assert heard.count("\n") == bool(complaint)
    assert (complaint or "") in heard


@pytest.mark.parametrize("form", format_names())
def test_one_model_alone_has_a_report(tmp_path: Path, form: str) -> None:
    path = write(tmp_path / "one.json", document([record(scenario(), "asyncio", [[50 * MS]])]))
    summary, findings = read(path)
    assert "asyncio" in render(form, summary, findings)
