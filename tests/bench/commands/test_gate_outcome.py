"""What a gate says to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bench.gate.outcomes import outcome, result
from waitbench import cli
from waitbench.commands import _gate_outcome

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("head: did not answer within 60 s and was stopped (launch 1)", "when nothing else runs"),
        ("head: KeyError: 2", "when that is mended"),
    ],
)
def test_what_hit_its_time_limit_is_nothing_to_mend(
    note: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = cli.parser(whole=True).parse_args(["gate", "--base", "main"])
    failed = outcome(result("bench_lost", "failed", notes=(note,)))
    assert _gate_outcome._following(failed, arguments).startswith(said)
