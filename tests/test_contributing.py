"""CONTRIBUTING.md says that a model and a workload are one new file each; here it adds them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from waitbench.system.checkout import import_path

CHECKOUT = Path(__file__).resolve().parents[1]
EXAMPLE = re.compile(
    r"`(bench/waitbench/\w+/\w+\.py)`, the whole of it:\n\n```python\n(.*?)```", re.DOTALL
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of `bench` with the files that the text adds, and no other change."""
    copy = tmp_path_factory.mktemp("tree")
    shutil.copytree(CHECKOUT / "bench", copy / "bench", ignore=shutil.ignore_patterns("*.pyc"))
    for path, source in examples().items():
        assert not (copy / path).exists(), "the example is there already: take another"
        (copy / path).write_text(source, encoding="utf-8")
    return copy


def examples() -> dict[str, str]:
    return dict(EXAMPLE.findall((CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")))


def python(tree: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": import_path(tree)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_text_adds_one_model_and_one_workload() -> None:
    assert sorted(Path(path).parent.name for path in examples()) == ["models", "workloads"]


@pytest.mark.processes
def test_what_was_added_is_listed(tree: Path) -> None:
    listed = python(tree, "-m", "waitbench", "list")
    for path, source in examples().items():
        first_line = source.split('"""')[1]
        assert re.search(rf"{Path(path).stem} +{re.escape(first_line)}", " ".join(listed.split()))


@pytest.mark.processes
def test_the_added_model_runs_the_added_workload_and_all_is_right(tree: Path) -> None:
    names = {Path(path).parent.name: Path(path).stem for path in examples()}
    code = f"""
import json
from waitbench import registry
workload = registry.load("workloads", {names["workloads"]!r}).Workload()
with registry.load("models", {names["models"]!r}).Model(workload, 3) as model:
    spans = model.run(10)
for number, (start, end, result) in enumerate(spans):
    assert end > start
    workload.check(number, result)
print(json.dumps([len(spans), model.width]))
"""
    assert json.loads(python(tree, "-c", code)) == [10, 3]


@pytest.mark.processes
@pytest.mark.parametrize("path", examples())
def test_the_examples_are_in_house_style(path: str) -> None:
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff is None:
        pytest.skip("ruff is not installed")
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [ruff, *command, "--no-cache", "--stdin-filename", path, "-"],
            cwd=CHECKOUT,
            input=examples()[path],
            capture_output=True,
            timeout=60,
            check=False,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
