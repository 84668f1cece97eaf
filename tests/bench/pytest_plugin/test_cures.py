from collections.abc import Iterator
from pathlib import Path

import pytest

from waitbench.scenario import BenchError
from waitbench.suites import test_cures as cures

pytestmark = pytest.mark.processes


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A PATH with nothing on it, and nothing remembered of another one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(cures.FREE_THREADED, raising=False)
    cures.free_threaded_python.cache_clear()
    yield
    cures.free_threaded_python.cache_clear()


def interpreter(folder: Path, name: str, gil: str) -> Path:
    """Something that says of its GIL what it is told to, whatever it is asked."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {gil}\n", encoding="ascii")
    path.chmod(0o755)
    return path


def test_an_interpreter_without_the_gil_is_found_on_path(tmp_path: Path) -> None:
    there = interpreter(tmp_path, "python3.13t", "False")
    threads, alone = cures.free_threaded()
    assert (threads.name, threads.model, threads.python) == (
        "free-threaded",
        "threads",
        str(there),
    )
    assert (alone.name, alone.model, alone.python) == ("free-threaded-sync", "sync", str(there))


def test_one_whose_gil_is_on_after_all_is_passed_over(tmp_path: Path) -> None:
    interpreter(tmp_path, "python3.14t", "True")
    there = interpreter(tmp_path, "python3.13t", "False")
    assert cures.free_threaded_python() == str(there)


def test_the_environment_may_name_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = interpreter(tmp_path, "mine", "False")
    monkeypatch.setenv(cures.FREE_THREADED, str(there))
    assert cures.free_threaded_python() == str(there)


def test_a_wrong_one_is_refused_with_what_to_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cures.FREE_THREADED, "/nowhere/python")
    with pytest.raises(BenchError, match=r"name one such as python3\.14t"):
        cures.free_threaded_python()


def test_without_one_a_model_takes_part_that_says_what_is_missing() -> None:
    (contestant,) = cures.free_threaded()
    assert (contestant.name, contestant.model, contestant.python) == (
        "free-threaded",
        "free_threads",
        None,
    )
