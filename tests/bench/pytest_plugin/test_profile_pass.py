"""`pytest --waitbench-profile`: a pass of its own, which leaves the timed rows as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.bench.pytest_plugin.test_plugin import SMALL, bench
from waitbench.profiling import files

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes


def shape(value: Any) -> Any:
    """Leave of a record which names it has, deep down."""
    if isinstance(value, dict):
        return {name: shape(entry) for name, entry in value.items()}
    return type(value).__name__ if isinstance(value, list) else None


def test_the_profile_is_beside_the_results_and_not_in_them(tmp_path: Path) -> None:
    rows: list[Any] = []
    for name, more in (("plain", ()), ("watched", ("--waitbench-profile",))):
        done = bench(
            *("--benchmark-only", "-k", "io_bound and http and not 200ms", *SMALL, *more),
            f"--benchmark-json={tmp_path / name}.json",
        )
        assert done.returncode == 0, done.stdout + done.stderr
        document = json.loads((tmp_path / f"{name}.json").read_text())
        rows.append([shape(row["extra_info"]["waitbench"]) for row in document["benchmarks"]])
        printed = done.stdout
    assert rows[0] == rows[1]
    assert "where the time goes: a pass of its own, not timed" in printed
    assert "sync: 1 thread" in printed
    profiles = files.read(tmp_path / "watched-profiles")
    assert [profile.model for profile in profiles] == ["sync", "asyncio"]
    assert not (tmp_path / "plain-profiles").exists()
