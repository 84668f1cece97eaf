"""A report of many rows: its work grows as the rows do, counted in calls and not in seconds.

What a single call of C looks through is not seen by this count.
"""

import json
import sys
from pathlib import Path
from types import FrameType

import pytest

from tests.bench.report.large import records
from tests.bench.synthetic import document
from waitbench.commands._results import read
from waitbench.report import render

GROWS = 1.1
"""Times the calls for a row that more rows may cost each of them."""


def calls(path: Path, rows: int, form: str) -> int:
    """Count the calls, of Python and of C, that a report of so many rows takes."""
    path.write_text(json.dumps(document(list(records(rows)))), encoding="utf-8")
    counted = 0

    def count(_frame: FrameType, event: str, _of: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        summary, findings = read(path)
        render(form, summary, findings)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.slow
@pytest.mark.parametrize("form", ["markdown", "csv", "html"])
def test_a_row_costs_no_more_among_many(tmp_path: Path, form: str) -> None:
    path = tmp_path / "large.json"
    calls(path, 40, form)  # what is imported and remembered is paid for once
    few, more, many = (calls(path, rows, form) for rows in (80, 160, 320))
    assert (many - more) / 160 <= GROWS * (more - few) / 80
