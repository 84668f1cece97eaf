"""The set-up of the scripts, with a stand-in for the environment's interpreter: no network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).resolve().parents[1]
# Answers `import waitbench` like a sound environment, and writes down what pip was asked to
# install.
STAND_IN = """#!/bin/sh
case $* in *pip*) echo "$*" >>"$(dirname "$0")/asked"; sleep 0.3 ;; esac
exit 0
"""
BENCH = "requirements-bench.lock"
SHOW = 'set -eu; . scripts/setup.sh; echo "$VENV"'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout, as far as set-up knows one, in a folder with a space in its name."""
    copy = tmp_path / "my checkout"
    (copy / "scripts").mkdir(parents=True)
    for name in ("setup.sh", "make_venv.py"):
        shutil.copy(CHECKOUT / "scripts" / name, copy / "scripts")
    for name in ("requirements.lock", BENCH):
        (copy / name).write_text("nothing==1\n")
    (copy / "pyproject.toml").write_text("[project]\n")
    return copy


def set_up(checkout: Path, **variables: str) -> subprocess.Popen[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("WAITBENCH_")}
    return subprocess.Popen(
        ["sh", "-c", SHOW],
        cwd=checkout,
        env={**inherited, "PATH": f"{Path(sys.executable).parent}:{os.defpath}", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    printed, complained = process.communicate(timeout=60)
    return process.returncode, printed.strip(), complained.strip()


def environment_of(checkout: Path, lock: str = "requirements.lock") -> Path:
    """Put a finished environment into the checkout; gives the list of what pip is asked."""
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(STAND_IN)
    python.chmod(0o755)
    (checkout / ".venv" / "pyvenv.cfg").touch()
    stamp = f"cksum <requirements.lock; cksum <pyproject.toml; pwd -P; cksum <{BENCH}; echo {lock}"
    text = subprocess.run(
        ["sh", "-c", stamp], cwd=checkout, capture_output=True, check=True, timeout=30, text=True
    ).stdout
    (checkout / ".venv" / ".waitbench").write_text(text.rstrip("\n"))
    return python.parent / "asked"


def test_a_ready_environment_is_used_as_it_is_without_a_word(checkout: Path) -> None:
    asked = environment_of(checkout)
    assert outcome(set_up(checkout)) == (0, ".venv", "")
    assert not asked.exists()


def test_a_changed_pyproject_installs_only_the_checkout_again(checkout: Path) -> None:
    asked = environment_of(checkout)
    (checkout / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert outcome(set_up(checkout)) == (0, ".venv", "")
    (line,) = asked.read_text().splitlines()
    assert line.endswith("--editable .")
    assert outcome(set_up(checkout)) == (0, ".venv", "")
    assert len(asked.read_text().splitlines()) == 1


def test_a_changed_lock_file_is_followed_and_what_it_dropped_goes(checkout: Path) -> None:
    asked = environment_of(checkout)
    packages = checkout / ".venv" / "lib" / "python3.99" / "site-packages"
    for folder in ("kept_pkg-1.0", "Dropped.Pkg-2.0", "pip-1", "waitbench-0.1.0"):
        (packages / f"{folder}.dist-info").mkdir(parents=True)
    (checkout / "requirements.lock").write_text("Kept-Pkg==1.0 \\\n    --hash=sha256:00\n")
    assert outcome(set_up(checkout)) == (0, ".venv", "")
    first, second, third = asked.read_text().splitlines()
    assert first.endswith("--require-hashes --only-binary :all: --requirement requirements.lock")
    assert second.endswith("uninstall --yes dropped-pkg")
    assert third.endswith("--editable .")


def test_a_run_takes_an_environment_that_holds_all_and_tests_fill_one_that_does_not(
    checkout: Path,
) -> None:
    asked = environment_of(checkout)
    assert outcome(set_up(checkout, WAITBENCH_LOCK=BENCH)) == (0, ".venv", "")
    assert not asked.exists()
    environment_of(checkout, BENCH)
    assert outcome(set_up(checkout, WAITBENCH_LOCK=BENCH)) == (0, ".venv", "")
    assert not asked.exists()
    assert outcome(set_up(checkout)) == (0, ".venv", "")
    assert "--requirement requirements.lock" in asked.read_text()


def test_a_changed_list_for_runs_keeps_what_the_tests_need(checkout: Path) -> None:
    asked = environment_of(checkout)
    (checkout / BENCH).write_text("something==1\n")
    assert outcome(set_up(checkout, WAITBENCH_LOCK=BENCH)) == (0, ".venv", "")
    (line,) = asked.read_text().splitlines()
    assert line.endswith("--editable .")


def test_a_checkout_that_was_moved_begins_anew(checkout: Path) -> None:
    environment_of(checkout)
    moved = checkout.rename(checkout.with_name("elsewhere"))
    (moved / ".venv" / "pyvenv.cfg").unlink()  # see below
    status, _, complaint = outcome(set_up(moved))
    assert status == 2
    assert complaint.startswith("setting up .venv")


def test_two_at_once_do_the_work_once(checkout: Path) -> None:
    asked = environment_of(checkout)
    (checkout / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    both = [set_up(checkout) for _ in range(2)]
    assert [outcome(process) for process in both] == [(0, ".venv", "")] * 2
    assert len(asked.read_text().splitlines()) == 1


def test_a_folder_that_is_no_environment_is_left_alone(checkout: Path) -> None:
    precious = checkout / "home" / "precious"
    precious.parent.mkdir()
    precious.touch()
    status, _, complaint = outcome(set_up(checkout, WAITBENCH_VENV=str(precious.parent)))
    assert status == 2
    assert "left alone" in complaint.splitlines()[-1]
    assert precious.exists()


def test_a_missing_interpreter_is_one_line(checkout: Path) -> None:
    status, _, complaint = outcome(set_up(checkout, WAITBENCH_PYTHON="/nowhere/python3"))
    assert status == 2
    assert "needs Python 3.11 or newer" in complaint
    assert len(complaint.splitlines()) == 1


def test_another_interpreter_is_a_reason_to_begin_anew_only_when_asked_for(checkout: Path) -> None:
    environment_of(checkout)
    python = checkout / ".venv" / "bin" / "python"
    # Status 3 is how make_venv.py is told: sound, but of another version.
    python.write_text("#!/bin/sh\ncase $* in *sys.exit*) exit 3 ;; *) exit 0 ;; esac\n")
    (checkout / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert outcome(set_up(checkout)) == (0, ".venv", "")
    # Beginning anew would need the network; without its mark the folder is left alone instead.
    (checkout / ".venv" / "pyvenv.cfg").unlink()
    status, _, complaint = outcome(set_up(checkout, WAITBENCH_PYTHON=sys.executable))
    assert status == 2
    assert complaint.startswith("setting up .venv")


def test_any_command_is_typed_by_a_script_that_says_so_and_stays_in_the_user_s_folder(
    checkout: Path, tmp_path: Path
) -> None:
    for name in ("waitbench", "bench"):
        shutil.copy(CHECKOUT / "scripts" / name, checkout / "scripts")
    environment_of(checkout, BENCH)
    program = checkout / ".venv" / "bin" / "waitbench"
    program.write_text('#!/bin/sh\necho "$PWD: $WAITBENCH_TYPED_AS $*"\n')
    program.chmod(0o755)
    project = tmp_path / "project"
    project.mkdir()
    typed = f"../{checkout.name}/scripts/waitbench"
    done = subprocess.run(
        [typed, "doctor", "app.py"], cwd=project, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{project}: {typed} doctor app.py\n"
    python = checkout / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\n[ "$1" = -I ] || echo "$WAITBENCH_TYPED_AS"\n')
    done = subprocess.run(
        ["./scripts/bench"], cwd=checkout, capture_output=True, text=True, check=True
    )
    assert done.stdout == "./scripts/waitbench\n"
