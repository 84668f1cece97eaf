"""Files as people have them: packed, encoded and piped are read, all else is one line."""

import gzip
import json
import os
from pathlib import Path

import pytest

from tests.bench.others import benchmark, plain
from waitbench.results import document
from waitbench.results.storage import resolve
from waitbench.scenario import BenchError

CONTENT = plain(benchmark("test_é"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_read_whatever_it_is_encoded_and_packed_as(
    tmp_path: Path, encoding: str, *, packed: bool
) -> None:
    content = json.dumps(CONTENT, ensure_ascii=False).encode(encoding)
    path = tmp_path / "x.json"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert document.read(path) == CONTENT


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "[" + "9" * 5000 + "]", "", "{", "\x00"],
    ids=["deep", "long", "empty", "cut", "zero"],
)
def test_what_is_no_results_file_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BenchError) as caught:
        document.read(path)
    assert "\n" not in str(caught.value)


def test_a_named_pipe_is_refused_before_it_hangs(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BenchError, match="is a pipe"):
        document.read(resolve(str(tmp_path / "pipe"), tmp_path))


def test_what_is_piped_in_is_read(tmp_path: Path) -> None:
    ends = os.pipe()
    with os.fdopen(ends[1], "w") as writer:
        json.dump(CONTENT, writer)
    try:
        assert document.read(resolve(f"/dev/fd/{ends[0]}", tmp_path)) == CONTENT
    finally:
        os.close(ends[0])
    assert resolve("-", tmp_path) == Path("/dev/stdin")


@pytest.mark.parametrize(("text", "says"), [("", "empty name"), ("x" * 300, "no results file")])
def test_a_name_that_can_be_none_is_a_mistake(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BenchError, match=says) as caught:
        resolve(text, tmp_path)
    assert len(str(caught.value)) < 200
