"""What draws can end its process: that costs pictures and a line, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from waitbench.cli import main
from waitbench.commands._results import read
from waitbench.presentation import drawing
from waitbench.presentation.drawing import Order, drawings
from waitbench.report import figures, render

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = Path(__file__).parents[3] / "results" / "example" / "run.json"
DOT = {"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {"x": {"field": "x"}}}
FIRST_ONLY = """
import json, os, sys, time
json.load(sys.stdin)
print(json.dumps({"drawing": "PHN2Zz4="}), flush=True)
print('{"drawi', end="", flush=True)
"""
ENDINGS = {
    "aborted": ("os.abort()", "SIGABRT"),
    "no library": ("sys.exit(1)", "status 1"),
    "hangs": ("time.sleep(60)", "longer than 2 s"),
}


@pytest.fixture(autouse=True)
def _bundled_anew() -> Iterator[None]:
    figures.library.cache_clear()
    yield
    figures.library.cache_clear()


def broken(monkeypatch: pytest.MonkeyPatch, folder: Path, ending: str) -> None:
    program = folder / "program.py"
    program.write_text(f"{FIRST_ONLY}\n{ending}\n")
    monkeypatch.setattr(drawing, "PROGRAM", program)
    if "sleep" in ending:
        monkeypatch.setattr(drawing, "START_S", 2)
        monkeypatch.setattr(drawing, "EACH_S", 0)


@pytest.mark.processes
def test_a_child_draws_and_a_wrong_order_costs_that_drawing_alone() -> None:
    wrong = {**DOT, "mark": "no such mark"}
    made, missing = drawings([Order(form="svg", spec=spec) for spec in (DOT, wrong, DOT)])
    assert made[0] is not None
    assert made[0].startswith(b"<svg")
    assert made[1] is None
    assert made[2] == made[0]
    assert missing.startswith("1 of 3 drawings could not be made")


@pytest.mark.processes
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_drawn_before_the_end_is_kept(
    ending: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text, why = ENDINGS[ending]
    broken(monkeypatch, tmp_path, text)
    made, missing = drawings([Order(form="svg", spec=DOT)] * 3)
    assert made == [b"<svg>", None, None]
    assert missing.startswith("2 of 3 drawings could not be made (")
    assert why in missing


@pytest.mark.processes
def test_a_report_and_a_write_up_without_pictures_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(drawing, "PROGRAM", tmp_path / "no such program")
    page = render("html", *read(SMALL))
    assert [message.partition("(")[0] for message in caplog.messages] == [
        "waitbench: 9 of 9 drawings could not be made ",
        "waitbench: 1 of 1 drawings could not be made ",
    ]
    assert "This picture could not be drawn." in page
    assert "vegaEmbed" not in page
    assert page.rstrip().endswith("</html>")
    folder = tmp_path / "writeup"
    assert main(["writeup", str(SMALL), "-o", str(folder)]) == 0
    assert not list((folder / "figures").iterdir())
    assert "(figures/" not in (folder / "article.md").read_text()
    assert (
        main(["report", str(SMALL), "--format", "md", "--figures", "svg", "-o", str(folder)]) == 0
    )
    assert ".svg" not in (folder / "report.md").read_text()
