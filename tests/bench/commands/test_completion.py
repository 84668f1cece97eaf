"""A shell completes commands, options, suites: tried in bash itself."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from waitbench.cli import main
from waitbench.registry import optional

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_a_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("shtab")
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("waitbench", "doctor", "threshold", "io_bound"):
        assert word in script


def test_without_what_writes_it_there_is_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(optional, "installed", lambda library: library != "shtab")
    assert main(["completion", "bash"]) == 2
    assert capsys.readouterr().err == (
        "waitbench: a shell's completion needs shtab: pip install shtab (in the extra completion)\n"
    )


@pytest.mark.processes
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [("rep", "report"), ("run --qu", "--quick"), ("run io", "io_bound"), ("completion z", "zsh")],
)
def test_bash_completes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: str, completed: str
) -> None:
    pytest.importorskip("shtab")
    main(["completion", "bash"])
    (tmp_path / "script").write_text(capsys.readouterr().out)
    program = (
        f"source ./script; COMP_WORDS=(waitbench {typed}); COMP_CWORD={len(typed.split())}; "
        '_shtab_waitbench; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert completed in done.stdout.split()
