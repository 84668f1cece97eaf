"""A git project that is new for each test."""

from pathlib import Path

import pytest

from tests.bench.gate.projects import Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path / "project")
    monkeypatch.chdir(made.folder)
    return made
