"""Builds, environments and submodules: each side is run with what its own commit asks for."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import psutil
import pytest

from tests.bench.gate.projects import Project
from waitbench.gate import environments, kept_packages, prepare, project_lines
from waitbench.gate.repository import Repository
from waitbench.gate.settings import GateSettings, read
from waitbench.gate.worktrees import checked_out
from waitbench.scenario import BenchError

pytestmark = pytest.mark.processes

UV = """#!{python}
import os, subprocess, sys
assert sys.argv[1:] == ["sync", "--quiet", "--frozen", "--extra", "bench"], sys.argv
assert "VIRTUAL_ENV" not in os.environ
place = os.environ["UV_PROJECT_ENVIRONMENT"]
subprocess.run([{python!r}, "-m", "venv", "--without-pip", place], check=True)
open(f"{{place}}/lock", "w").write(open("uv.lock").read())
"""
"""In place of uv: what it is asked for, and an environment that remembers the lock file."""


def made(project: Project, settings: GateSettings, *pythons: str | None) -> list[list[str]]:
    """Return what each side's `python` says of itself, in the words of the file `ask.py`."""
    repository, before = Repository.around(project.folder), project.state()
    base, head = repository.revision("HEAD~1"), repository.revision("HEAD")
    answers = []
    with checked_out(repository, base, head) as both:
        for side in prepare.sides(both, settings, pythons or (None, None)):
            done = subprocess.run(
                ["sh", "-c", "python ask.py"],
                cwd=side.root,
                env={**os.environ, **prepare.environ(side)},
                capture_output=True,
                text=True,
                check=False,
            )
            answers.append((done.stdout or done.stderr).split())
    assert project.state() == before
    return answers


def wheel(folder: Path, version: str) -> None:
    """Write a package of one module, as an index would have it."""
    folder.mkdir(exist_ok=True)
    about = f"tariff-{version}.dist-info"
    with zipfile.ZipFile(folder / f"tariff-{version}-py3-none-any.whl", "w") as file:
        file.writestr("tariff.py", f"VERSION = {version!r}\n")
        file.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tariff\nVersion: {version}\n"
        )
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr(f"{about}/RECORD", "")


def test_a_build_runs_in_both_checkouts_with_its_side_s_python_first(project: Project) -> None:
    project.write("ask.py", "print(open('built').read())\n")
    project.commit("first")
    project.commit("second")
    build = "python -c 'import sys; print(sys.executable)' > built"
    assert made(project, GateSettings(build=build)) == [[sys.executable]] * 2


def test_a_build_that_fails_says_which_side(project: Project) -> None:
    project.commit("second")
    with pytest.raises(BenchError, match="base does not build: 'make it' failed with status "):
        made(project, GateSettings(build="make it"))


def test_a_build_that_is_stopped_takes_along_what_it_started(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_lines, "WITHIN_S", 1)
    project.commit("second")
    with pytest.raises(BenchError, match=r"base does not build: .* was not done in 1 s"):
        made(project, GateSettings(build="sleep 4711 & sleep 4711"))
    lines = [
        " ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])
    ]
    assert "sleep 4711" not in lines


def test_uv_is_asked_for_an_environment_of_each_side_s_lock_file(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/uv").write_text(UV.format(python=sys.executable))
    (tmp_path / "bin/uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    project.write("ask.py", "import sys; print(open(sys.prefix + '/lock').read())\n")
    for version in ("1", "2"):
        project.write("uv.lock", f"tariff=={version}\n")
        project.commit(version)
    settings = GateSettings(environment="uv --extra bench")
    assert made(project, settings) == [["tariff==1"], ["tariff==2"]]
    # An interpreter that is named needs no environment.
    project.write("ask.py", "import sys; print(sys.executable)\n")
    project.commit("asks otherwise")
    project.commit("and nothing else")
    assert made(project, settings, sys.executable, sys.executable) == [[sys.executable]] * 2


def test_pip_s_packages_are_kept_by_what_the_requirements_say(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    project.write("ask.py", "import sys, tariff; print(tariff.VERSION, sys.prefix)\n")
    project.write("requirements.txt", "-r more.txt\n")
    for version in ("1.0", "2.0"):
        wheel(tmp_path / "wheels", version)
        project.write("more.txt", f"tariff=={version}\n")
        project.commit(version)
    settings = GateSettings(environment="pip")
    first = made(project, settings)
    assert [answer[0] for answer in first] == ["1.0", "2.0"]
    assert not any(Path(prefix).exists() for _, prefix in first)  # its own is the gate's
    for file in (tmp_path / "wheels").iterdir():
        file.unlink()  # nothing is installed anew
    again = made(project, settings)
    assert [answer[0] for answer in again] == ["1.0", "2.0"]
    for mark in kept_packages.cache().glob("*/whole"):
        os.utime(mark, (0, 0))
    with pytest.raises(BenchError, match=r"base gets no environment: .* failed with status"):
        made(project, settings)  # nobody has used them for long: they are gone


@pytest.mark.parametrize(
    ("requirements", "files", "kept"),
    [
        (["tariff==1"], {}, True),
        (["-r", "r.txt"], {"r.txt": "tariff==1\n"}, True),
        (["-rr.txt"], {"r.txt": "tariff==1\n"}, True),
        (["-r", "gone.txt"], {}, False),
        ([".[bench]"], {}, False),
        (["-e", "."], {}, False),
        (["-r", "r.txt"], {"r.txt": "-r s.txt\n", "s.txt": "x\n./vendored\n"}, False),
        (["-r", "r.txt"], {"r.txt": "-r r.txt\ntariff @ file:///here\n"}, False),
    ],
)
def test_requirements_that_lie_in_the_tree_are_not_kept(
    tmp_path: Path, requirements: list[str], files: dict[str, str], *, kept: bool
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert (kept_packages.folder(tmp_path, requirements) is not None) == kept


@pytest.mark.parametrize("asked", ["conda", "uv 'open", "1"])
def test_a_tool_that_nobody_knows_is_one_line(project: Project, asked: str) -> None:
    project.write("pyproject.toml", f'[tool.waitbench.gate]\nenvironment = "{asked}"\n')
    with pytest.raises(BenchError, match=r"environment is .*; it must be uv, pip, poetry, hatch"):
        read(project.folder)


def test_what_an_environment_lacks_is_one_line(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.commit("second")
    with pytest.raises(BenchError, match=r"base gets no environment: it has neither requirements"):
        made(project, GateSettings(environment="pip"))
    git = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout
    monkeypatch.setenv("PATH", str(Path(git).parent / "nowhere"))
    with pytest.raises(BenchError, match="needs hatch, which is not installed"):
        environments.made("hatch", "base", project.folder, project.folder / "env")


def test_an_interpreter_of_another_name_is_python_in_a_folder_of_its_own(
    project: Project, tmp_path: Path
) -> None:
    project.write("ask.py", "import os, sys; print(os.path.realpath(sys.executable))\n")
    project.commit("first")
    project.commit("second")
    (tmp_path / "python3.99").symlink_to(sys.executable)
    real = os.path.realpath(sys.executable)
    assert made(project, GateSettings(), str(tmp_path / "python3.99"), None) == [[real]] * 2


def test_the_usual_interpreter_is_that_of_sides_without_another(
    project: Project, tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "usual"], check=True)
    repository, head = Repository.around(project.folder), "HEAD"
    revision = repository.revision(head)
    usual = str(tmp_path / "usual/bin/python")
    with checked_out(repository, revision, revision) as both:
        sides = prepare.sides(both, GateSettings(), (None, sys.executable), usual)
    assert [side.python for side in sides] == [usual, sys.executable]
    assert sides[0].programs == (str(tmp_path / "usual/bin"),)


def test_submodules_are_filled_from_the_clones_at_hand_and_what_is_not_is_named(
    project: Project, tmp_path: Path
) -> None:
    for name in ("deeper", "tables"):
        other = Project(tmp_path / name)
        if name == "tables":
            other.git("-c", "protocol.file.allow=always", "submodule", "add", "-q",
                      str(tmp_path / "deeper"), "deeper")  # fmt: skip
            other.commit("with a part of its own")
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
    project.git(*add, str(tmp_path / "tables"), "parts/tables")
    project.commit("with tables")
    repository, before = Repository.around(project.folder), project.state()
    head = repository.revision("HEAD")
    with checked_out(repository, head, head) as both:
        assert (both.base / "parts/tables/src/shop.py").is_file()
        assert list((both.head / "parts/tables/deeper").iterdir()) == []
        assert both.lacking == ("parts/tables/deeper",)
    assert project.state() == before
    update = ("submodule", "update", "-q", "--init", "--recursive")
    project.git("-c", "protocol.file.allow=always", *update)
    with checked_out(repository, head, head) as both:
        assert (both.head / "parts/tables/deeper/src/shop.py").is_file()
        assert both.lacking == ()
