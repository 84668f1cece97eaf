"""The commands and their files: each has one, and only the one that is typed is imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from waitbench import registry
from waitbench.cli import COMMANDS

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).parents[2]


def test_every_command_has_a_file_and_every_file_is_a_command() -> None:
    assert sorted(name.replace("-", "_") for name in COMMANDS) == registry.names("commands")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_helps(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "waitbench", name, "--help"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_only_the_command_that_is_typed_is_imported() -> None:
    look = (
        "import sys; from waitbench import cli; sys.argv[1:] = ['list', '--help']\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "print(*(name for name in sys.modules if name.startswith('waitbench.commands.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "waitbench.commands.list"
