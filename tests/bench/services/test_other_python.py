"""waitbench is lent to an interpreter that has nothing of ours, and is gone from it afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from waitbench import cli
from waitbench.scenario import BenchError
from waitbench.services import other_python
from waitbench.system.checkout import import_path

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment with no packages at all."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False)
    return folder / "bin" / "python"


def test_it_is_lent_two_packages_and_no_more(bare: Path) -> None:
    with other_python.lent(str(bare)) as interpreter:
        assert interpreter.python == str(bare)
        assert interpreter.name == other_python.own().name
        assert interpreter.facts["python"] == ".".join(map(str, sys.version_info[:3]))
        assert interpreter.tree is not None
        lent = Path(interpreter.tree)
        assert {path.name for path in lent.iterdir()} == {"waitbench", "waitbench_server"}
    assert not lent.exists()
    with other_python.lent(None) as own:
        assert (own.python, own.tree) == (sys.executable, None)


@pytest.mark.parametrize(
    ("python", "complaint"),
    [("no-such-python", "there is no such interpreter"), ("true", "Python 3.11 or newer")],
)
def test_what_is_no_interpreter_is_a_line(python: str, complaint: str) -> None:
    with pytest.raises(BenchError, match=complaint), other_python.lent(python):
        pass


def test_a_function_of_another_environment_is_advised_on(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(
        "import importlib.util, sys, time\n"
        f"assert sys.prefix == {str(bare.parents[1])!r}\n"
        "assert importlib.util.find_spec('psutil') is None\n"
        "def fetch(): time.sleep(0.02)\n"
    )
    words = ["advise", "shop.py:fetch", "--dry", "--force", "--python", str(bare)]
    done = subprocess.run(
        [sys.executable, "-m", "waitbench", *words],
        cwd=tmp_path,
        env={"PYTHONPATH": import_path(), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "% waiting; predicted" in done.stdout


def test_the_machine_is_described_with_the_interpreter_that_ran_it(
    bare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app.py").write_text("import asyncio\nasyncio.run(asyncio.sleep(0.01))\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        other_python,
        "ASKED",
        f"{other_python.ASKED}".replace(
            "interpreter()", "interpreter() | {'implementation': 'PyPy'}"
        ),
    )
    assert cli.main(["doctor", "--python", str(bare), "app.py"]) == 0
    assert ", PyPy 3." in capsys.readouterr().out
