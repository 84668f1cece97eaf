"""`waitbench serve`: the target alone, `python -m waitbench_server` with its own options."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from waitbench.parsing.invocation import program
from waitbench.services import processes

if TYPE_CHECKING:
    import argparse

PASSES_ON = True


def describe(parser: argparse.ArgumentParser) -> None:
    """Leave all options to the server."""


def main(arguments: argparse.Namespace) -> int:
    """Run the target until it is stopped."""
    # Nothing in the current folder stands in for ours, whatever it is called.
    command = [sys.executable, "-P", "-m", "waitbench_server", *arguments.options]
    typed_as = {"WAITBENCH_SERVER_TYPED_AS": f"{program()} serve"}
    return subprocess.call(command, env={**processes.environment_of_ours(), **typed_as})
