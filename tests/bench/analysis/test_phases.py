"""Where the time went: the parts add up, by hand and in a real race."""

from pathlib import Path
from statistics import fmean

import pytest

from tests.bench.race.test_conductor import Watcher
from tests.bench.synthetic import MS, record, round_record, run, scenario, summary
from waitbench.analysis.phases import mean_phases
from waitbench.race.conductor import Settings, conduct
from waitbench.results.phases import PHASES
from waitbench.results.record import RoundRecord
from waitbench.results.record_json import to_json
from waitbench.results.spans import decode_spans
from waitbench.scenario import Contestant, Scenario

MODELS = ("sync", "threads", "processes", "asyncio")


def rounds(walls_and_waits: list[tuple[int, int]]) -> list[RoundRecord]:
    """Rounds with the wall and the `waiting` given, and 1 ns in each other phase."""
    ones = dict.fromkeys(PHASES, 1)
    return [round_record(wall, phases={**ones, "waiting": wait}) for wall, wait in walls_and_waits]


def test_phases_are_means_over_the_middle_half_of_the_rounds() -> None:
    # Eight rounds: the two fastest and the two slowest are left out; (3 + 4 + 5 + 6) / 4.
    walls = [(8, 900), (7, 800), (1, 1), (2, 2), (6, 6), (3, 3), (5, 5), (4, 4)]
    assert mean_phases(rounds([*walls]))["waiting"] == pytest.approx(4.5)
    assert list(mean_phases(rounds([*walls]))) == list(PHASES)


def test_few_rounds_are_all_taken() -> None:
    assert mean_phases(rounds([(1, 2), (2, 4), (3, 9)]))["waiting"] == 5


def test_without_a_target_there_are_no_phases(tmp_path: Path) -> None:
    assert mean_phases([round_record(1), round_record(2)]) == {}
    made = summary(
        tmp_path,
        record(scenario(), "sync", [[MS]], phases_ms=(1, 2, 0, 50, 0, 1, 0)),
        record(scenario(), "asyncio", [[MS]]),
    )
    assert made.scenarios[0].rows[0].measured.phases == dict(
        zip(PHASES, (MS, 2 * MS, 0, 50 * MS, 0, MS, 0), strict=True)
    )
    assert made.scenarios[0].rows[1].measured.phases == {}


@pytest.mark.processes
def test_in_a_real_race_the_phases_sum_to_the_time_of_a_task_within_two_percent(
    tmp_path: Path,
) -> None:
    of = Scenario(
        suite="io_bound", workload="http", params={"latency": "20ms"}, tasks=8, concurrency=4
    )
    lineup = [(of, [Contestant.of(model) for model in MODELS])]
    raced = conduct(lineup, Settings(launches=1, budget_s=0, once=True), Watcher())
    loaded = run(tmp_path, *(to_json(row) for row in raced.rows.values()))
    for model in MODELS:
        measured = next(each for each in loaded.contestants if each.name == model).rounds
        spans = [decode_spans(each.spans) for each in measured]
        whole = fmean(sum(span) for both in spans for span in zip(*both, strict=True))
        assert sum(mean_phases(measured).values()) == pytest.approx(whole, rel=0.02), model
        assert mean_phases(measured)["asked"] == pytest.approx(20 * MS), model
