from pathlib import Path
from typing import Any

import pytest

from tests.bench.analysis.test_winner_map import LATE, RESTLESS, cell
from tests.bench.synthetic import summary, whole
from waitbench.findings import Finding, complexity_has_a_cost

PAYS = {"sync": 176, "threads": 60, "asyncio": 44}
THREADS_DO = {"sync": 176, "threads": 44, "asyncio": 44}
SYNC_DOES = {"sync": 161, "threads": 180, "asyncio": 161}


def find(folder: Path, *records: dict[str, Any]) -> Finding:
    return complexity_has_a_cost.find(summary(folder, *records))


def test_ahead_of_both_in_every_cell_supports_it(tmp_path: Path) -> None:
    finding = find(tmp_path, *cell(PAYS), *cell(PAYS, at_once=16))
    assert finding.verdict == "supported"
    assert finding.effect == pytest.approx(60 / 44)
    assert finding.sentence.startswith(
        "Of 2 cells of the map, asyncio beat sync and threads by over 5 % in 2."
    )


def test_a_simpler_model_as_fast_in_every_cell_refutes_it(tmp_path: Path) -> None:
    finding = find(tmp_path, *cell(THREADS_DO), *cell(SYNC_DOES, wait_ms=1, cpu_ms=10))
    assert finding.verdict == "refuted"
    assert "one of them did as well in 2 (sync in 1 and threads in 1)" in finding.sentence
    # 10 of 11 ms are computing with a wait of 1 ms, 1 of 11 with a wait of 10.
    assert (
        "did as well with waits of 1 ms to 10 ms, 4 at once and a CPU share of 9 % to 91 %."
        in finding.sentence
    )


def test_ahead_in_some_cells_only_makes_it_conditional_on_their_border(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *cell(PAYS, steps="1_000", cpu_ms=0.1),
        *cell(PAYS),
        *cell(THREADS_DO, steps="100_000", cpu_ms=10),
        *cell(THREADS_DO, wait_ms=40),
        *cell(PAYS, at_once=16),
    )
    assert finding.verdict == "conditional"
    assert finding.conditions == (
        "4 at once, waits of 10 ms: pays at 1.0 % to 9 % CPU, does not at 50 % CPU",
        "4 at once, waits of 40 ms: does not at 2 % CPU",
        "16 at once, waits of 10 ms: pays at 9 % CPU",
    )
    assert finding.brief == (
        "asyncio beats sync and threads in 3 of 5 cells of the map, and the simpler one does as "
        "well in 2"
    )


def test_where_sync_never_does_the_share_from_which_it_would_is_told(tmp_path: Path) -> None:
    # 16 x (wait + CPU) over 16 x CPU + wait is 1.05 at a share of (16 / 1.05 - 1) / 15 = 95 %.
    finding = find(tmp_path, *cell(THREADS_DO))
    assert finding.sentence.endswith(
        "sync surely did in none; by wait and CPU alone it would from a CPU share of 95 % on."
    )


def test_slower_than_a_simpler_model_is_not_paying(tmp_path: Path) -> None:
    finding = find(tmp_path, *cell({"sync": 176, "threads": 44, "asyncio": 60}))
    assert finding.verdict == "refuted"


def test_ahead_by_less_than_a_tie_is_not_paying(tmp_path: Path) -> None:
    finding = find(tmp_path, *cell({"sync": 176, "threads": 45, "asyncio": 44}))
    assert finding.verdict == "refuted"


def test_cells_too_close_to_call_leave_it_undecided(tmp_path: Path) -> None:
    close = {"sync": 176, "threads": 28, "asyncio": 27}
    finding = find(tmp_path, *cell(close, threads={"walls": RESTLESS}), *cell(PAYS, wait_ms=40))
    assert finding.verdict == "undecided"
    assert "1 is too close to call" in finding.sentence
    assert finding.conditions == ()
    assert "`waitbench run map --launches 6` would narrow it." in finding.sentence


def test_without_the_map_it_is_undecided_and_names_the_command(tmp_path: Path) -> None:
    finding = find(tmp_path, *whole())
    assert (finding.verdict, finding.evidence) == ("undecided", ())
    assert "`waitbench run map`" in finding.sentence


def test_a_cell_in_which_one_of_them_was_held_back_is_left_out(tmp_path: Path) -> None:
    finding = find(tmp_path, *cell(PAYS), *cell(THREADS_DO, wait_ms=40, threads={"stats": LATE}))
    assert finding.verdict == "supported"
    assert finding.sentence.startswith("Of 1 cell of the map")
