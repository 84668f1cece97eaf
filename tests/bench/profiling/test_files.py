from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.bench.profiling.lanes import TASK, WORK, lane, profile, stack
from waitbench.profiling import files
from waitbench.registry import optional
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from pathlib import Path

FOUND = [profile(lane({stack(TASK, WORK): 40}, cpu_ms=40, delay_ms=0))]


@pytest.mark.skipif(not optional.installed("pyinstrument"), reason="needs pyinstrument")
def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    written = files.write(FOUND, tmp_path / "new", ["text", "html"])
    assert [path.name for path in written] == [
        "profiles.json",
        "io_bound-http-20ms-n10-c4-threads.txt",
        "io_bound-http-20ms-n10-c4-threads.html",
    ]
    assert files.read(tmp_path / "new") == files.read(written[0]) == FOUND


@pytest.mark.parametrize("text", ["{}", "[]", "no", '{"schema": 1, "profiles": [{}]}'])
def test_another_file_is_refused_in_a_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(BenchError, match=r"x\.json holds no profiles: name a profiles\.json"):
        files.read(tmp_path / "x.json")


def test_a_shape_of_another_version_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({"schema": 3, "profiles": []}))
    with pytest.raises(BenchError, match="has the shape 3, and this version reads up to 2"):
        files.read(tmp_path / "x.json")


def test_a_missing_file_and_a_taken_place_are_a_line(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="cannot be read: No such file"):
        files.read(tmp_path / "none.json")
    (tmp_path / "taken").touch()
    with pytest.raises(BenchError, match="could not be written"):
        files.write(FOUND, tmp_path / "taken", [])
