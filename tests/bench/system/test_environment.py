"""The record's environment, and the judgement on it."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from waitbench.system import environment, python_state
from waitbench.system.checkout import CHECKOUT
from waitbench.system.environment import MachineWarning, describe, warnings

QUIET: dict[str, Any] = {
    "cores": 4,
    "cores_allowed": 4,
    "cgroup_cpu_quota": None,
    "busy_before": {"busy": 0.1, "stolen": 0.05},
    "load_before": [3.9, 2.0, 2.0],  # of a minute, our own set-up in it: no fault by itself
    "pressure_before": {"cpu": 0.9, "memory": 0.0, "io": 0.9},
    "memory_bytes": 8 << 30,
    "memory_available_bytes": 4 << 30,
    "governor": "performance",
    "on_battery": False,
    "asyncio_debug": False,
    "debug_build": False,
    "traced_by": None,
}


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, timeout=30
    )


@pytest.mark.processes
def test_it_can_be_written_into_the_record() -> None:
    described = describe()
    assert json.loads(json.dumps(described)) == described
    assert described["python"] == platform.python_version()
    assert described["packages"]["aiohttp"]
    assert described["load_after"] is None
    assert set(environment.afterwards()) == {"load_after", "pressure_after"}


def test_a_fork_in_the_place_of_a_package_is_named_with_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package, version, text in (
        ("urllib3", "2.8.0", ""),
        ("urllib3-future", "2.25.904", '__version__: str = "2.25.904"\n'),
    ):
        info = tmp_path / f"{package.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
        (info / "METADATA").write_text(metadata)
        (info / "top_level.txt").write_text("urllib3\n")
        (tmp_path / "urllib3").mkdir(exist_ok=True)
        (tmp_path / "urllib3" / "__init__.py").write_text("raise RuntimeError('not to be run')\n")
        (tmp_path / "urllib3" / "_version.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "urllib3", raising=False)
    assert environment.packages()["urllib3"] == "2.25.904 of urllib3-future"


def test_what_was_imported_is_what_is_told_not_what_the_metadata_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    yarl = ModuleType("yarl")
    yarl.__version__ = "99.1"  # type: ignore[attr-defined]  # as a module of a checkout has it
    monkeypatch.setitem(sys.modules, "yarl", yarl)
    assert environment.packages()["yarl"] == "99.1"


def test_an_unknown_system_is_described_all_the_same(tmp_path: Path) -> None:
    described = describe(root=tmp_path, checkout=tmp_path)
    assert described["governor"] is None
    assert described["commit"] is None
    assert described["dirty"] is None
    assert isinstance(warnings(described), list)


@pytest.mark.processes
def test_neither_host_nor_user_nor_home_is_told(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    text = json.dumps(describe(checkout=tmp_path))
    for secret in {platform.node(), os.environ.get("USER", ""), str(Path.home())}:
        if len(secret) > 4:  # "root" and "ci" occur in ordinary words
            assert secret not in text


def test_the_kernel_is_named_by_its_version_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "release", lambda: "6.1.7-company-build")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert environment._platform() == "Linux-6.1-x86_64"


@pytest.mark.processes
def test_the_commit_is_known_and_a_change_makes_it_dirty(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert environment.commit(tmp_path) == {"commit": None, "dirty": None}
    (tmp_path / "a").write_text("1")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-q", "-m", "one")
    (tmp_path / "untracked").write_text("1")
    clean = environment.commit(tmp_path)
    assert len(clean["commit"]) == 40  # as other tools have it
    assert clean["dirty"] is False
    (tmp_path / "a").write_text("2")
    assert environment.commit(tmp_path) == {"commit": clean["commit"], "dirty": True}


@pytest.mark.processes
def test_a_copy_inside_somebody_elses_repository_has_no_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "theirs")
    (tmp_path / "site-packages").mkdir()
    assert environment.commit(tmp_path / "site-packages") == {"commit": None, "dirty": None}


@pytest.mark.processes
def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.commit(tmp_path) == {"commit": None, "dirty": None}


@pytest.mark.processes
def test_a_git_hook_does_not_answer_for_another_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "ours")
    expected = environment.commit(tmp_path)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert environment.commit(tmp_path) == expected


def test_a_quiet_machine_raises_no_warning() -> None:
    assert warnings(QUIET) == []


def test_an_old_record_without_any_of_it_raises_no_warning() -> None:
    assert warnings({}) == []


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"busy_before": {"busy": 0.3, "stolen": 0.0}}, "busy-machine", "30 % of 4 cores in use"),
        (
            {"busy_before": {"busy": 0.3, "stolen": 0.25}},
            "busy-machine",
            "in use, 25 % taken by other virtual machines",
        ),
        ({"busy_before": None}, "busy-machine", "a load of 3.9 on 4 cores"),
        ({"cgroup_cpu_quota": 1.5}, "cpu-quota", "1.5 cores' worth of CPU though 4 are seen"),
        ({"cores_allowed": 1}, "one-core", "only one core"),
        ({"asyncio_debug": True}, "debug-mode", "asyncio's debug mode"),
        ({"debug_build": True}, "debug-mode", "a debug build"),
        ({"profile_guided": False}, "slow-build", "without profile-guided optimization"),
        ({"traced_by": "coverage"}, "traced", "watched by coverage"),
        ({"governor": "performance,powersave"}, "powersave-governor", "low clock"),
        ({"on_battery": True}, "on-battery", "battery"),
        ({"pressure_before": {"memory": 0.25}}, "memory-pressure", "25 % of the time"),
        ({"memory_available_bytes": 400 << 20}, "memory-pressure", "5 % of it is free"),
    ],
)
def test_each_fault_is_named_with_its_number_and_what_to_try(
    change: dict[str, Any], code: str, text: str
) -> None:
    (warning,) = warnings({**QUIET, **change})
    assert isinstance(warning, MachineWarning)
    assert warning.code == code
    assert text in warning.text
    assert warning.advice


def test_a_quota_of_all_the_cores_is_no_fault() -> None:
    assert warnings({**QUIET, "cgroup_cpu_quota": 4.0}) == []


def test_several_faults_are_all_told() -> None:
    raised = warnings({**QUIET, "cores_allowed": 1, "on_battery": True, "traced_by": "pdb"})
    assert [warning.code for warning in raised] == ["one-core", "traced", "on-battery"]


@pytest.mark.processes
@pytest.mark.parametrize(
    ("options", "variables", "key", "value"),
    [
        (["-X", "dev"], {}, "asyncio_debug", True),
        ([], {"PYTHONASYNCIODEBUG": "1"}, "asyncio_debug", True),
        ([], {}, "asyncio_debug", False),
        ([], {"COVERAGE_PROCESS_START": "x"}, "traced_by", "coverage"),
        ([], {}, "traced_by", None),
    ],
)
def test_what_slows_the_interpreter_is_seen(
    options: list[str], variables: dict[str, str], key: str, value: object
) -> None:
    code = (
        "import json; from waitbench.system import environment\n"
        "print(json.dumps(environment.interpreter()))"
    )
    inherited = {
        name: text
        for name, text in os.environ.items()
        if name not in {"PYTHONASYNCIODEBUG", "PYTHONDEVMODE"} and not name.startswith("COV")
    }
    done = subprocess.run(
        [sys.executable, *options, "-c", code],
        env={**inherited, **variables},
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)[key] == value


@pytest.mark.parametrize(
    ("build", "guided"),
    [
        ({"CONFIG_ARGS": "'--enable-optimizations' '--with-lto'"}, True),
        ({"CONFIG_ARGS": "'--enable-shared'", "PY_CFLAGS_NODIST": "-fprofile-use"}, True),
        ({"CONFIG_ARGS": "'--enable-shared'", "PY_CFLAGS": "-g -O3 -Wall"}, False),
        # A distribution's, which says nothing of how it went about it; and one of Windows
        ({"CONFIG_ARGS": "'--with-fpectl'", "PY_CFLAGS": "-fstack-protector-strong"}, None),
        ({}, None),
    ],
)
def test_a_build_without_a_profile_is_told_where_that_is_certain(
    *, build: dict[str, str], guided: bool | None
) -> None:
    assert python_state.profile_guided(build) is guided


def test_a_trace_function_is_seen() -> None:
    before = sys.getprofile()
    sys.setprofile(lambda *_: None)
    try:
        assert environment._traced_by() is not None
    finally:
        sys.setprofile(before)


@pytest.mark.processes
def test_it_imports_without_the_heavy_libraries() -> None:
    heavy = "{'pandas', 'numpy', 'rich'}"
    code = f"import sys, waitbench.system.environment; print(*{heavy} & {{*sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == b""
