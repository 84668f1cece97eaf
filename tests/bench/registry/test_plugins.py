"""A package of somebody's own adds to every room by entry points; a broken one is a line."""

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

from waitbench.registry import plugins
from waitbench.system.checkout import import_path

CHECKOUT = Path(__file__).resolve().parents[3]
EXAMPLE = CHECKOUT / "docs" / "example-plugin"
RUN = str(CHECKOUT / "results" / "example" / "run.json")
BROKEN = {
    "models": {"broken": "shaky.no_such_module", "sync": "shaky.empty", "no-name": "shaky.empty"},
    "workloads": {"bare": "shaky.empty"},
    "findings": {"raises": "shaky.finding", "leaves": "shaky.leaves"},
    "formats": {"torn": "shaky.form"},
    "readers": {"greedy": "shaky.reader"},
}
"""A package in which everything is wrong, by group."""
SHAKY = {
    "__init__": "",
    "empty": '"""Has nothing."""\n',
    "finding": 'CLAIM = "raises"\ndef find(summary):\n    """Raise."""\n    return 1 / 0\n',
    "leaves": "raise SystemExit(3)\n",
    "form": 'SUFFIX = "md"\n'
    "def render(summary, findings, *, only=()):\n    raise KeyError('torn')\n",
    "reader": 'NAME = "greedy"\ndef claims(document):\n    raise RuntimeError("greedy")\n'
    "def read(document):\n    pass\n",
}


def environment(folder: Path) -> tuple[Path, Path]:
    """Make an environment with this checkout and what it needs; its Python, and its packages."""
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    places = [*import_path().split(os.pathsep), *site.getsitepackages(), *sys.path]
    (packages / "needed.pth").write_text("\n".join(dict.fromkeys(filter(None, places))))
    return folder / "bin" / "python", packages


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment in which the example is installed, as its wheel."""
    built = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
    subprocess.run(build, cwd=EXAMPLE, check=True, capture_output=True)
    executable, packages = environment(tmp_path_factory.mktemp("environment"))
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        archive.extractall(packages)
    return executable


@pytest.fixture(scope="module")
def shaky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the broken package."""
    executable, packages = environment(tmp_path_factory.mktemp("shaky"))
    (packages / "shaky").mkdir()
    for name, text in SHAKY.items():
        (packages / "shaky" / f"{name}.py").write_text(text)
    info = packages / "shaky-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shaky\nVersion: 0.1\n")
    groups = (
        "\n".join([f"[waitbench.{group}]", *(f"{name} = {place}" for name, place in named.items())])
        for group, named in BROKEN.items()
    )
    (info / "entry_points.txt").write_text("\n".join(groups))
    return executable


def waitbench(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), "-m", "waitbench", *arguments],
        cwd=cwd,
        env={name: text for name, text in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("text", "adds"),
    [("[console_scripts]\nx = y:z\n", False), ("[waitbench.models]\nx = y\n", True), (None, False)],
)
def test_whether_any_package_adds_something_is_seen_without_reading_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, *, adds: bool
) -> None:
    info = tmp_path / "some-1.0.dist-info"
    info.mkdir()
    if text is not None:
        (info / "entry_points.txt").write_text(text)
    monkeypatch.setattr(sys, "path", ["nowhere", str(tmp_path)])
    looked = plugins._any_package.__wrapped__
    assert looked() is adds
    (tmp_path / "packed.zip").write_bytes(b"PK")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "packed.zip")])
    assert looked() is True


@pytest.mark.processes
def test_what_a_package_adds_is_listed_reported_and_raced(python: Path, tmp_path: Path) -> None:
    listed = " ".join(waitbench(python, "list", cwd=tmp_path).stdout.split())
    for said in (
        "backwards One task after the other, the last one first: does their order matter?",
        "sorting Sorting numbers that lie backwards, in C with the GIL held.",
    ):
        assert f"{said} (waitbench-example 1.0)" in listed
    assert "pools-start-slower (io_bound, cpu_bound)" in listed

    claims = waitbench(python, "claims", RUN, cwd=tmp_path).stdout
    assert "pools-start-slower" in claims
    lines = waitbench(python, "report", RUN, "--format", "one-line", cwd=tmp_path)
    assert lines.stdout.startswith("io_bound/http-50ms-n10-c10: ")
    waitbench(python, "report", RUN, "-o", "x.lines", cwd=tmp_path)
    assert (tmp_path / "x.lines").read_text() == lines.stdout

    file = tmp_path / "watch.json"
    file.write_text(json.dumps({"stopwatch": {"load": [0.012, 0.013, 0.02], "store": []}}))
    read = waitbench(python, "report", file.name, cwd=tmp_path).stdout
    assert "measured by stopwatch" in read
    assert "13.0" in read
    assert "store: it has no times" in read

    race = ("run", "io_bound", "--quick", "--models", "sync,backwards", "-k", "http-10ms")
    raced = waitbench(python, *race, "--budget", "2", "-o", "raced.json", cwd=tmp_path)
    assert raced.returncode == 0, raced.stderr
    rows = json.loads((tmp_path / "raced.json").read_text())["benchmarks"]
    assert [row["params"]["model"] for row in rows] == ["sync", "backwards"]

    code = (
        "import waitbench; run = waitbench.race_models('sorting', params={'items': '1000'},"
        " models=['backwards', 'sync'], tasks=4, concurrency=1, seconds=1, quiet=True);"
        "print([(row.model, row.failure, row.wall_ns.value > 0) for row in run.rows])"
    )
    raced = subprocess.run(
        [str(python), "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    both = "[('backwards', None, True), ('sync', None, True)]"
    assert raced.stdout.strip() == both, raced.stderr


@pytest.mark.processes
def test_what_is_broken_is_a_line_and_all_else_goes_on(shaky: Path, tmp_path: Path) -> None:
    listed = waitbench(shaky, "list", cwd=tmp_path)
    assert listed.returncode == 0
    assert "Traceback" not in listed.stderr
    lines = listed.stderr.splitlines()
    assert sum("'no-name' of shaky 0.1" in line for line in lines) == 1
    assert sum("model 'sync' of a package is left out" in line for line in lines) == 1
    assert sum("'leaves' of shaky 0.1 cannot be imported: SystemExit: 3" in each for each in lines)
    assert "cannot be imported: ModuleNotFoundError" in " ".join(listed.stdout.split())

    claims = waitbench(shaky, "claims", RUN, cwd=tmp_path)
    assert claims.returncode == 0
    assert "finding 'raises' of shaky 0.1 failed: ZeroDivisionError: division by zero" in (
        claims.stderr
    )
    assert "Traceback" not in claims.stderr

    form = waitbench(shaky, "report", RUN, "--format", "torn", cwd=tmp_path)
    assert form.returncode == 2
    assert form.stderr.count("\n") >= 1
    assert form.stderr.splitlines()[-1] == (
        "waitbench: format 'torn' of shaky 0.1 failed: KeyError: 'torn'"
    )
    page = waitbench(shaky, "report", RUN, "-o", "page.md", cwd=tmp_path)
    assert page.returncode == 0
    assert "| model |" in (tmp_path / "page.md").read_text()

    (tmp_path / "no.json").write_text("{}")
    unread = waitbench(shaky, "report", "no.json", cwd=tmp_path)
    assert unread.returncode == 2
    assert "reader 'greedy' of shaky 0.1 failed: RuntimeError: greedy" in unread.stderr
    assert "no.json is not a pytest-benchmark file" in unread.stderr

    for model, why in (("broken", "cannot be imported"), ("nobody", "there is no model named")):
        raced = waitbench(shaky, "run", "io_bound", "--quick", "--models", model, cwd=tmp_path)
        assert raced.returncode != 0
        assert why in raced.stdout + raced.stderr
        assert "Traceback" not in raced.stdout + raced.stderr
