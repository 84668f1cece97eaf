import resource
from collections.abc import Iterator

import pytest

from waitbench.system import open_files


@pytest.fixture(autouse=True)
def limits() -> Iterator[None]:
    """A soft limit that is lower than it might be, for one test."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_as_many_files_may_be_open_as_the_hard_limit_allows() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = open_files.MOST if hard == resource.RLIM_INFINITY else min(hard, open_files.MOST)
    assert open_files.raise_limit() == most
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, hard)


def test_a_limit_that_is_higher_already_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_files, "MOST", 100)
    assert open_files.raise_limit() == 256


def test_no_more_connections_than_files_are_bearable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_files, "MOST", 200)
    assert open_files.bearable(1_000) == 200 - open_files.SPARE
    assert open_files.bearable(10) == 10
