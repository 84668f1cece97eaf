"""Which folders a tree's packages are imported from, and what its worker is called: by the tree."""

import os
from pathlib import Path

import pytest

from waitbench.system import checkout


def tree(folder: Path, worker: str) -> Path:
    path = folder / worker
    path.parent.mkdir(parents=True)
    path.touch()
    return folder


@pytest.mark.parametrize(
    ("worker", "folders", "module"),
    [
        ("bench/race/worker.py", ["."], "bench.race.worker"),
        ("bench/waitbench/race/worker.py", ["bench", "server"], "waitbench.race.worker"),
        ("waitbench/race/worker.py", ["."], "waitbench.race.worker"),
    ],
    ids=["before the packages had names of their own", "a checkout", "installed or linked"],
)
def test_a_tree_is_run_as_it_calls_itself(
    tmp_path: Path, worker: str, folders: list[str], module: str
) -> None:
    root = tree(tmp_path / "tree", worker)
    assert checkout.import_path(root) == os.pathsep.join(str(root / name) for name in folders)
    assert checkout.module("race.worker", root) == module


def test_this_one_is_found_from_its_own_files() -> None:
    for folder, package in zip(
        checkout.import_path().split(os.pathsep), ("waitbench", "waitbench_server"), strict=False
    ):
        assert (Path(folder) / package / "__init__.py").is_file()
    assert checkout.module("race.worker") == "waitbench.race.worker"
