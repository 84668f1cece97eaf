"""The wheel works beside a project that has packages `bench` and `server` of its own."""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).resolve().parents[1]
BENCHMARKS = """
from bench import shop
from server import stock

def bench_price():
    return shop.price() + stock.LEFT
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of a fresh environment: the wheel, and the packages it needs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    # The packages that are here already; its own folder comes first, and .pth files in these
    # folders do not count there, so that waitbench can only come from the wheel.
    (packages / "needed.pth").write_text("\n".join(needed()))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    return folder / "bin" / "python"


def needed() -> list[str]:
    """Return the folders in which this environment's packages lie."""
    folders = {Path(entry) for entry in (*site.getsitepackages(), *sys.path) if entry}
    return [str(folder) for folder in sorted(folders) if folder.name == "site-packages"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project under git with packages called like our folders."""
    for name, text in (
        ("bench/__init__.py", ""),
        ("bench/shop.py", "def price():\n    return sum(range(2000))\n"),
        ("server/__init__.py", ""),
        ("server/stock.py", "LEFT = 3\n"),
        ("benchmarks.py", BENCHMARKS),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    (tmp_path / "bench/shop.py").write_text("def price():\n    return sum(range(1000)) * 4\n")
    return tmp_path


def waitbench(python: Path, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(python), "-m", "waitbench", *arguments],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_two_packages_and_no_proof(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name.partition("/")[0] for name in archive.namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {
        "waitbench",
        "waitbench_server",
    }


def test_it_is_imported_from_the_wheel_and_tells_its_version(python: Path, project: Path) -> None:
    look = "import waitbench; print(waitbench.__version__, waitbench.__file__)"
    done = subprocess.run(
        [str(python), "-c", look], cwd=project, capture_output=True, text=True, check=True
    )
    version, file = done.stdout.split()
    assert version[0].isdigit()
    assert Path(file).is_relative_to(python.parents[1])


def test_a_race_runs_and_is_kept_beside_the_project(python: Path, project: Path) -> None:
    few = ("-k", "http-10ms and (sync or asyncio)")
    done = waitbench(python, project, "run", "io_bound", "--quick", "--budget", "4", *few)
    assert done.returncode == 0, done.stderr
    (kept,) = (project / "results").glob("*/0001_*.json")
    rows = json.loads(kept.read_text())["benchmarks"]
    assert {row["extra_info"]["waitbench"]["model"] for row in rows} == {"sync", "asyncio"}
    assert waitbench(python, project, "report", "0001").returncode == 0
    assert waitbench(python, project, "claims", "0001").returncode == 0


def test_the_gate_hands_the_project_its_own_packages(python: Path, project: Path) -> None:
    done = waitbench(python, project, "gate", "--base", "HEAD", "--allow-same", "--budget", "12s")
    assert "bench_price" in done.stdout, done.stderr
    assert done.returncode in {0, 1, 3}, done.stderr
    assert "Error" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [("list",), ("environment",), ("serve", "--help"), ("doctor", "--help")]
)
def test_every_other_command_starts_there(
    python: Path, project: Path, arguments: tuple[str, ...]
) -> None:
    done = waitbench(python, project, *arguments)
    assert done.returncode == 0, done.stderr
