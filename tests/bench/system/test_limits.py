"""What a system grants too little of is told before a race, with what to type."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from waitbench.scenario import BenchError
from waitbench.system import limits
from waitbench.system.cgroups import memory_left_bytes, tasks_left

if TYPE_CHECKING:
    from pathlib import Path


MIB = 1 << 20


@pytest.mark.parametrize(
    ("files", "tasks", "memory", "words"),
    [
        (10_240, None, None, []),
        (10_240, 1000, 4000 * MIB, []),
        (100, None, None, ["only 100 files"]),
        (10_240, 30, None, ["only 30 more threads"]),
        (10_240, None, 239 * MIB, ["only 239 MiB of memory are free, and 240 may be needed"]),
        (64, 0, 0, ["only 64 files", "only 0 more threads", "only 0 MiB of memory"]),
    ],
)
def test_each_limit_that_is_too_low_has_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    files: int,
    tasks: int | None,
    memory: int | None,
    words: list[str],
) -> None:
    monkeypatch.setattr(limits, "raise_limit", lambda: files)
    monkeypatch.setattr(limits, "_tasks_left", lambda: tasks)
    monkeypatch.setattr(limits, "_memory_left_bytes", lambda: memory)
    sentences = limits.shortages(widest=50, workers=4)  # 64 + 50 files, 50 + 4 times 4 tasks
    assert len(sentences) == len(words)
    assert all(map(str.startswith, sentences, words))


def test_the_tightest_control_group_counts(tmp_path: Path) -> None:
    for path, text in {
        "proc/self/cgroup": "0::/inner",
        "sys/fs/cgroup/pids.max": "max",
        "sys/fs/cgroup/pids.current": "500",
        "sys/fs/cgroup/inner/pids.max": "100",
        "sys/fs/cgroup/inner/pids.current": "60",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")
    assert tasks_left(tmp_path) == 40
    assert tasks_left(tmp_path / "nowhere") is None


def test_what_control_groups_leave_of_memory_counts_cached_files_as_free(tmp_path: Path) -> None:
    for path, text in {
        "proc/self/cgroup": "0::/inner",
        "sys/fs/cgroup/inner/memory.max": "1000",
        "sys/fs/cgroup/inner/memory.current": "900",
        "sys/fs/cgroup/inner/memory.stat": "anon 500\ninactive_file 250\nactive_file 150",
        "sys/fs/cgroup/memory.max": "max",
        "sys/fs/cgroup/memory.current": "5000",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")
    assert memory_left_bytes(tmp_path) == 350
    assert memory_left_bytes(tmp_path / "nowhere") is None


@pytest.mark.parametrize(("files", "hopeless"), [(31, True), (32, False)])
def test_where_nothing_can_be_measured_a_line_says_so(
    monkeypatch: pytest.MonkeyPatch, files: int, *, hopeless: bool
) -> None:
    monkeypatch.setattr(limits, "raise_limit", lambda: files)
    with pytest.raises(BenchError, match="only 31 files") if hopeless else nullcontext():
        limits.refuse_hopeless()
