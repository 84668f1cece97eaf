"""Whatever another tool's file holds, there is a report or one clear line, and no traceback."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bench.others import write
from tests.bench.report.test_bad_input import WRONG, places
from tests.bench.results.test_formats import FILES
from waitbench.commands._others import compared
from waitbench.commands._results import read
from waitbench.report import TRACKERS, format_names, render
from waitbench.report.others import written
from waitbench.results.load import load
from waitbench.scenario import BenchError

VALUES: list[Any] = [*WRONG, 10**400, -1e308, 1e-320, "\ud800x", "a\nb\x1b[31m", [[1]], ["x"]]
PLACES = [(name, place) for name, content in FILES.items() for place in places(content) if place]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    at=st.sampled_from(PLACES), value=st.sampled_from(VALUES), form=st.sampled_from(format_names())
)
def test_a_wrong_value_anywhere_gives_a_report_or_a_line(
    tmp_path: Path, at: tuple[str, tuple[Any, ...]], value: Any, form: str
) -> None:
    name, place = at
    spoilt = copy.deepcopy(FILES[name])
    inner: Any = spoilt
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    paths = [write(tmp_path / "whole.json", FILES[name]), write(tmp_path / "x.json", spoilt)]
    try:
        summary, findings = read(paths[1])
        render(form, summary, findings).encode()
        page = compared([load(path, foreign=True) for path in paths])
        assert page is not None
        if form not in TRACKERS:
            written(form, page).encode()
    except BenchError as refused:
        assert "\n" not in str(refused)  # noqa: PT017  either is right


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_short_is_one_line(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "x.json", FILES[name])
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(BenchError, match=r"cut short|not JSON"):
        load(path, foreign=True)
