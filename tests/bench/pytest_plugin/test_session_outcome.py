"""Why nothing was measured is collected from pytest's own hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from waitbench.pytest_plugin.session_outcome import SessionOutcome

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes


def session(folder: Path, text: str) -> SessionOutcome:
    (folder / f"test_{folder.name}.py").write_text(text)
    outcome = SessionOutcome()
    own = ["-c", "/dev/null", f"--rootdir={folder}", "-p", "no:cacheprovider", "-q"]
    own += ["--import-mode=importlib", "-p", "no:cov", "-p", "no:randomly"]
    pytest.main([*own, str(folder)], plugins=[outcome])
    return outcome


def test_a_reason_that_several_have_is_counted_in_our_words(tmp_path: Path) -> None:
    outcome = session(
        tmp_path,
        "import pytest\n"
        "from waitbench.scenario import BenchError\n"
        "@pytest.mark.parametrize('model', ['sync', 'asyncio'])\n"
        "def test_one(model):\n    raise BenchError('the target could not listen')\n"
        "def test_two():\n    pytest.fail('threads in http: it died: SIGKILL', pytrace=False)\n",
    )
    assert outcome.reasons == {"the target could not listen": 2, "it died: SIGKILL": 1}


def test_a_suite_that_cannot_be_imported_is_a_reason(tmp_path: Path) -> None:
    outcome = session(tmp_path, "import no_such_module_anywhere\n")
    (reason,) = outcome.reasons
    assert "no_such_module_anywhere" in reason


def test_a_session_without_failures_has_no_reasons(tmp_path: Path) -> None:
    assert not session(tmp_path, "def test_it():\n    pass\n").reasons
