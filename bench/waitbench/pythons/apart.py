"""Packages that must not be installed beside the others: each has a folder, for its rows alone."""

from __future__ import annotations

import sys
from shlex import quote
from typing import TYPE_CHECKING

from waitbench.parsing.invocation import python
from waitbench.pythons.environments import cache
from waitbench.registry import optional

if TYPE_CHECKING:
    from pathlib import Path

WHY = {"niquests": "puts a fork in urllib3's place, under requests"}
"""By package: why it is kept apart."""


def folder(package: str) -> Path:
    """Return the folder in which it is looked for, with packages of this interpreter alone."""
    return cache().parent / "apart" / f"{package}-{sys.implementation.cache_tag}"


def environ(package: str) -> dict[str, str]:
    """Return what a worker's environment needs to import it: nothing where it is installed."""
    return {} if optional.installed(package) else {"PYTHONPATH": str(folder(package))}


def lack(package: str) -> str | None:
    """Return in one line why it cannot race here, with what to type; None if it can."""
    if optional.installed(package) or (folder(package) / package).is_dir():
        return None
    return (
        f"needs {package} in a folder of its own, since it {WHY[package]}: "
        f"{python()} -m pip install --target {quote(str(folder(package)))} {package}"
    )
