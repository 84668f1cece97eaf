"""Tests of one side over the other's code: what is laid over it, and what stays its own."""

import sys
from pathlib import Path

from waitbench.gate.benchmark import Side
from waitbench.gate.lent_tests import lend, places
from waitbench.gate.pytest_session import Collected


def test_folders_of_tests_are_lent_whole_and_a_test_beside_the_code_alone() -> None:
    files = ["tests/unit/test_a.py", "tests/test_b.py", "shop/test_c.py", "shop/tests/test_d.py"]
    assert places(files) == [
        *("conftest.py", "tests"),
        *("shop/conftest.py", "shop/test_c.py"),
        "shop/tests",
    ]


def test_a_project_that_is_called_like_a_folder_of_tests_keeps_its_code() -> None:
    assert places(["bench/tests/test_a.py"], "bench") == [
        *("bench/conftest.py", "conftest.py", "bench/tests")
    ]


def test_code_stays_and_what_the_owner_has_no_more_goes(tmp_path: Path) -> None:
    head, base = tmp_path / "head", tmp_path / "base"
    for root, files in {
        head: ("shop.py", "tests/test_a.py", "tests/rows/a.json", "pyproject.toml"),
        base: ("shop.py", "tests/test_a.py", "tests/old.py", "conftest.py", "pyproject.toml"),
    }.items():
        for name in files:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(root.name)
    sides = [Side(name=root.name, root=root, python=sys.executable) for root in (head, base)]
    tests = {"tests/test_a.py::test_a": {"line": 1, "source": ""}}
    lend(sides[0], sides[1], Collected(rootdir=str(head), tests=tests))
    now = {
        str(file.relative_to(base)): file.read_text() for file in base.rglob("*") if file.is_file()
    }
    assert now == {
        "shop.py": "base",
        "tests/test_a.py": "head",
        "tests/rows/a.json": "head",
        "pyproject.toml": "head",
    }
