"""The scripts of `findings/` can be run anywhere, show pinned versions, and stand in its table."""

import os
import re
import shlex
from pathlib import Path

import pytest

FINDINGS = Path(__file__).resolve().parents[1] / "findings"
SCRIPTS = sorted(FINDINGS.glob("*.sh"))
INDEX = re.compile(
    r"--(?:extra-)?index-url|--find-links|PIP_\w*INDEX|PIP_FIND_LINKS"
    r"|pypi\.org|/simple\b|\s-[if]\s*(?:https?:|file:)"
)
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:home|root|usr|opt|work|tmp|var|mnt|etc|Users)\b")
INSTALL = re.compile(r"^\s*pip install (.*)$", re.MULTILINE)
PIN = re.compile(r"[\w.-]+(?:\[[\w,-]+\])?==[\w.]+")


def names_no_place(script: str) -> bool:
    return not INDEX.search(script) and not MACHINE_PATH.search(script)


def unpinned(script: str) -> list[str]:
    asked = [word for line in INSTALL.findall(script) for word in shlex.split(line)]
    return [word for word in asked if word != "-q" and not PIN.fullmatch(word)]


def test_the_table_names_each_script_once_with_a_date_and_no_other() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (FINDINGS / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert [row[0] for row in rows] == [f"`{script.name}`" for script in SCRIPTS]
    for _file, surprise, version, date in rows:
        assert surprise
        assert re.search(r"\d", version)
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", date)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_runs_anywhere_with_pinned_packages(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
    assert text.startswith(("#!/bin/sh\n", "#!/usr/bin/env bash\n"))
    assert INSTALL.search(text) or "# Version: CPython " in text  # which installs nothing
    assert unpinned(text) == []
    assert names_no_place(text.partition("\n")[2])
    assert "waitbench" not in text
    assert "mktemp -d" in text
    assert "trap 'rm -rf" in text
    for part in ("Guess:", "Seen:", "Version:", "Source:"):
        assert f"\n# {part} " in text or f". {part} " in text


def test_what_the_checks_refuse() -> None:
    assert unpinned("pip install -q 'a==1.2' b 'c>=1' 'd[x]==1'") == ["b", "c>=1"]
    assert not names_no_place("pip install --index-url https://example.org a==1")
    assert not names_no_place("export PIP_EXTRA_INDEX_URL=x")
    assert not names_no_place("cd /home/me/lab")
    assert names_no_place('cd "$room"; cat /dev/null; PATH=$room/venv/bin')
