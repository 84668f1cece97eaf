from dataclasses import replace

from waitbench.pytest_plugin.dispatch import shared
from waitbench.pytest_plugin.options import Options
from waitbench.race.plan import Settings
from waitbench.suites.test_serving import (
    BUDGET_S,
    SHORT,
    SHORT_BUDGET_S,
    choose,
    contestants,
    load,
    pace,
)

GIVEN = Settings(budget_s=400, seed=1)


def test_a_budget_for_everything_is_shared_and_no_race_of_its_own_gets_most_of_it() -> None:
    rest, own = shared(GIVEN, {1: replace(GIVEN, budget_s=52)})
    assert (rest.budget_s, own[1].budget_s) == (348, 52)
    rest, own = shared(replace(GIVEN, budget_s=100), {1: replace(GIVEN, budget_s=52)})
    assert (rest.budget_s, own[1].budget_s) == (75, 25)


def test_servers_are_raced_by_name_and_in_short_within_everything() -> None:
    assert choose(Options(), named=False) == []
    assert choose(Options(quick=True), named=False) == []
    assert choose(Options(full=True), named=False) == SHORT
    assert choose(Options(quick=True), named=True) == SHORT
    assert {scenario.params["load"] for scenario in choose(Options(), named=True)} == {
        "1x", "2x", "5x", "10x", "knee", "50 users",
    }  # fmt: skip


def test_the_short_form_has_fewer_servers_and_less_time() -> None:
    short, usual = load("wait", "5x", "400ms"), load("wait", "5x")
    assert len(contestants(short)) < len(contestants(usual))
    assert pace([(short, [])], GIVEN, own_budget=False).budget_s == SHORT_BUDGET_S
    assert pace([(usual, [])], GIVEN, own_budget=False).budget_s == BUDGET_S
    assert pace([(usual, [])], GIVEN, own_budget=True) == GIVEN
