import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from waitbench.pythons import environments, lock
from waitbench.pythons.interpreter import Interpreter, probe
from waitbench.scenario import BenchError

pytestmark = pytest.mark.processes


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Interpreter:
    """This interpreter, with no index, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda _name: None)  # pip, even where uv is installed
    import sys

    return probe(sys.executable)


def wheel(folder: Path, name: str) -> str:
    """Make a wheel that holds one empty module; return its line of a lock file."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    facts = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", "")
        file.writestr(f"{facts}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        file.writestr(
            f"{facts}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{facts}/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def test_it_is_made_once_with_what_is_needed_and_says_what_has_no_wheel(
    own: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "requirements.lock"
    more = f"aiohttp==9.9 --hash=sha256:{'0' * 64}\n"
    locked.write_text(wheel(tmp_path, "requests") + more, encoding="ascii")
    monkeypatch.setattr(lock, "path", lambda: locked)
    told: list[str] = []
    made = environments.made(own, ["requests", "aiohttp", "json"], told.append)
    making, lacking = told
    assert making == f"making the environment of Python {own.full}: 2 packages, once"
    assert lacking == f"aiohttp 9.9 has no wheel for Python {own.full}"
    assert made.lack("requests") is None
    lack = made.lack("aiohttp.web")
    assert lack == f"needs aiohttp: aiohttp 9.9 has no wheel for Python {own.full}"
    again = environments.made(own, ["requests"], told.append)
    assert (again, len(told)) == (made, 2)


def test_what_needs_no_package_needs_no_environment(own: Interpreter) -> None:
    made = environments.made(own, ["json", "sqlite3"], _silent)
    assert made.python == own.path
    assert not environments.cache().exists()


def test_where_no_package_can_be_had_a_line_says_so(
    own: Interpreter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    steps: list[Sequence[str]] = []

    def complain(words: Sequence[str]) -> str | None:
        steps.append(words)
        if "install" not in words:
            (Path(words[-1]) / "bin").mkdir(parents=True)
            return None
        return "WARNING: Retrying … NewConnectionError …\nERROR: No matching distribution found"

    monkeypatch.setattr(environments, "_complaint", complain)
    with pytest.raises(BenchError, match="index does not answer"):
        environments.made(own, ["requests"], _silent)
    assert len(steps) == 2  # nothing is tried one by one
    monkeypatch.setattr(environments, "_complaint", lambda _words: "OSError: No space left on it")
    with pytest.raises(BenchError, match=r"no space left in .*; name another folder by XDG_CACHE"):
        environments.made(own, ["requests"], _silent)
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/cache")
    with pytest.raises(BenchError, match="name another folder by XDG_CACHE_HOME"):
        environments.made(own, ["requests"], _silent)
    with pytest.raises(BenchError, match="holds no bin/python"):
        environments.programs([str(tmp_path / "nothing")])


def test_on_a_full_disk_a_line_says_so_and_nothing_is_left(
    own: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def complain(words: Sequence[str]) -> str:
        Path(words[-1], "bin").mkdir(parents=True)
        return "Error: Command '[…, '-m', 'ensurepip']' returned non-zero exit status 1."

    full = SimpleNamespace(free=4096)
    monkeypatch.setattr(environments, "_complaint", complain)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: full)
    with pytest.raises(BenchError, match="no environment can be made: no space left in "):
        environments.made(own, ["requests"], _silent)
    assert [entry.suffix for entry in environments.cache().iterdir()] == [".lock"]


@pytest.mark.parametrize(
    "complaint",
    [
        "ERROR: No matching distribution found for psycopg-binary==3.3.9",
        "hint: Wheels are required for `psycopg_binary` because building from source is disabled",
        "hint: You require CPython 3.13t, but we only found wheels for `psycopg-binary` (v3.3.9)",
    ],
)
def test_pip_and_uv_name_what_has_no_wheel(complaint: str) -> None:
    (named,) = environments.MISSING.findall(complaint)
    assert lock.normal(named) == "psycopg-binary"


def _silent(_line: str) -> None:
    return None
