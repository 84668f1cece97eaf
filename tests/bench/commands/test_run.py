from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.synthetic import summary, whole
from waitbench.commands.run import _complaint, _page

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_page_is_named_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = summary(tmp_path, *whole())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stored").mkdir()
    assert _page(tmp_path / "stored" / "0001_run.json", made, []) == "page: stored/0001_run.html"
    assert (tmp_path / "stored" / "0001_run.html").read_text().startswith("<!DOCTYPE html>")


def test_a_page_that_cannot_be_written_is_one_line_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "0001_run.html").mkdir()
    said = _page(tmp_path / "0001_run.json", summary(tmp_path, *whole()), [])
    assert said.startswith("no page: 0001_run.html could not be written (IsADirectoryError: ")
    assert len(said.splitlines()) == 1


def test_results_of_another_name_are_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "results.html"
    file.write_text("{}")
    _page(file, summary(tmp_path, *whole()), [])
    assert file.read_text() == "{}"
    assert (tmp_path / "results.html.html").exists()


def test_a_reason_that_all_have_is_said_once() -> None:
    said = """\
EEE
==================================== ERRORS ====================================
_______________________ ERROR at setup of test_one[sync] _______________________
E   waitbench.scenario.BenchError: the target could not listen: Address not available
______________________ ERROR at setup of test_one[asyncio] _____________________
E   waitbench.scenario.BenchError: the target could not listen: Address not available
=========================== short test summary info ============================
ERROR bench/waitbench/suites/test_one.py::test_one[sync] - waitbench.scenario.BenchError: the
target could
ERROR bench/waitbench/suites/test_one.py::test_one[asyncio] - waitbench.scenario.BenchError: the
target could
"""
    told = "waitbench: the target could not listen: Address not available (2 times)"
    assert _complaint(said) == told


def test_contestants_that_failed_alike_are_counted() -> None:
    said = """\
FFF                                                                      [100%]
=================================== FAILURES ===================================
____________________ test_io_bound[http-50ms-n10-c10-sync] _____________________
sync in http-50ms-n10-c10: every round had errors, such as: TimeoutError: 30 s
___________________ test_io_bound[http-50ms-n10-c10-threads] ___________________
threads in http-50ms-n10-c10: the target is gone for good
___________________ test_io_bound[http-50ms-n10-c10-asyncio] ___________________
asyncio in http-50ms-n10-c10: the target is gone for good
=========================== short test summary info ============================
FAILED bench/waitbench/suites/test_io_bound.py::test_io_bound[http-50ms-n10-c10-sync]
3 failed in 12.14s
"""
    assert _complaint(said).splitlines() == [
        "waitbench: every round had errors, such as: TimeoutError: 30 s",
        "the target is gone for good (2 times)",
    ]


def test_without_a_reason_it_is_what_pytest_said() -> None:
    assert _complaint("no idea\n") == "waitbench: nothing was measured:\nno idea"
    assert _complaint("FAILED test_one[sync]\n") == "waitbench: FAILED test_one[sync]"
