"""Every module that a script starts is there."""

import importlib.util
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "scripts"
SCRIPTS = sorted(path for path in FOLDER.iterdir() if path.suffix in {"", ".sh"})
STARTS = re.compile(r"(?:-m |what=)([a-z][\w.]*)")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_module_that_a_script_starts_can_be_started(script: Path) -> None:
    names = set(STARTS.findall(script.read_text(encoding="utf-8")))
    assert [name for name in sorted(names) if not startable(name)] == []


def startable(name: str) -> bool:
    """Return whether `python -m NAME` finds it: a module, or a package with a `__main__`."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return False
    if spec.submodule_search_locations is None:
        return True
    return importlib.util.find_spec(f"{name}.__main__") is not None
