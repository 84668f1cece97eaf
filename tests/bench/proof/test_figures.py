"""Races whose figures can be worked out by hand."""

from math import exp, log

import pytest

from tests.bench.proof.races import race
from tests.proof.comparisons import null_pairs, slowed_pairs, true_ratio
from tests.proof.figures import Alarms, evaluate


def wobble(launch: int, block: int, arm: int) -> float:
    """A spread of 1 % over the launches, and a ratio of 1 of the pairs (0, 1) and (2, 3)."""
    del block
    return exp(0.01 * (launch - 1) * (1 if arm in {1, 3} else 0))


def test_a_race_holds_two_null_comparisons_and_two_slow_downs() -> None:
    raced = race(slow=0.05, walls_ms=(100, 100, 105, 105))
    assert [pair.ratio.value for pair in null_pairs([raced])] == pytest.approx([1, 1])
    assert [pair.ratio.value for pair in slowed_pairs([raced])] == pytest.approx([1 / 1.05] * 2)


def test_a_race_of_identical_arms_holds_no_slow_down() -> None:
    assert slowed_pairs([race()]) == []


def test_the_truth_of_computing_is_in_its_steps() -> None:
    assert true_ratio(race(kind="compute", slow=0.05), []) == pytest.approx(1 / 1.05)


def test_the_truth_of_added_waiting_is_its_share_of_the_plain_wall() -> None:
    raced = race(kind="sleep", slow=0.05, walls_ms=(100, 100, 1, 1), extra_ns=4_000_000)
    assert true_ratio(raced, []) == pytest.approx(100 / 104)


@pytest.mark.parametrize("kind", ["http", "asyncio"])
def test_the_truth_of_what_a_client_adds_to_is_what_the_other_races_found(kind: str) -> None:
    raced = race(kind=kind, slow=0.1)
    others = [log(0.8), log(0.9), log(0.95)] * 3
    assert true_ratio(raced, others) is None  # nine are too few
    assert true_ratio(raced, [*others, log(0.9)]) == pytest.approx(0.9)


def test_nothing_raced_gives_empty_figures() -> None:
    figures = evaluate([])
    assert (figures.nulls, figures.power, figures.bias) == (0, (), ())
    assert figures.alarms[0].suite.value is None


def test_false_alarms_are_counted_by_comparison_and_by_suite() -> None:
    # Twenty races make two suites. In race 0 the first identical pair lies 10 % apart in every
    # block: a false alarm of every rule but those on the least of noise, and of the first suite.
    bad = race(number=0, walls_ms=(100, 110, 100, 100))
    figures = evaluate([bad, *(race(number=number, shake=wobble) for number in range(1, 20))])
    assert figures.nulls == 40
    ours, alone, gate = figures.alarms[:3]
    assert (ours.comparison.hits, ours.comparison.of) == (1, 40)
    assert (ours.suite.hits, ours.suite.of) == (1, 2)
    assert (alone.comparison.hits, alone.suite.hits) == (1, 1)
    assert gate.rule == "pytest-benchmark mean:5%, on all rounds"
    assert (gate.comparison.hits, gate.suite.hits, gate.suite.of) == (1, 1, 2)
    assert figures.kinds["compute"].hits == 1
    assert figures.kinds["http"].of == 0
    assert figures.levels[0.001].hits == 1
    assert (figures.coverage["all"][0].hits, figures.coverage["all"][0].of) == (39, 40)


def test_sessions_apart_fall_for_variance_that_launches_average_out() -> None:
    # The arm is 10 % slower in its last launch and faster in its first: 1 on the whole.
    def launch_factor(launch: int, block: int, arm: int) -> float:
        del block
        return 1.1 ** (launch - 1) if arm == 1 else 1.0

    figures = evaluate([race(number=number, shake=launch_factor) for number in range(10)])
    by_rule: dict[str, Alarms] = {row.rule: row for row in figures.alarms}
    # One of the two identical pairs of each race is like that.
    apart = by_rule["pytest-benchmark mean:5%, one process each, apart in time"]
    together = by_rule["pytest-benchmark median:5%, on all rounds"]
    assert (apart.comparison.hits, apart.comparison.of) == (10, 20)
    assert together.comparison.hits == 0
    assert by_rule["waitbench, each comparison by itself at 99 %"].comparison.hits == 0


def test_a_slow_down_is_seen_or_not() -> None:
    # 10 % beside a spread of 1 % over three launches: t(2) at 99 % is 9.92, so ± 5.7 % alone.
    # In a suite of 20 t(2) at 99.95 % is 44.7 and ± 26 % too wide; moderated by that of the
    # run it has 3 degrees of freedom, at half the error 20.4, ± 11.8 %: still too wide.
    def launch_factor(launch: int, block: int, arm: int) -> float:
        del block
        return exp(0.01 * (launch - 1)) if arm > 1 else 1.0

    seen = race(number=0, slow=0.1, walls_ms=(100, 100, 110, 110), shake=launch_factor)
    unseen = race(number=1, slow=0.1, walls_ms=(100, 100, 100, 100))
    nulls = [race(number=number, shake=wobble) for number in range(2, 12)]
    figures = evaluate([seen, unseen, *nulls])
    (row,) = figures.power
    assert (row.kind, row.slow) == ("compute", 0.1)
    assert row.true == pytest.approx(0.1)
    assert (row.alone.hits, row.alone.of) == (2, 4)
    assert (row.in_suite.hits, row.in_suite.of) == (0, 4)
    assert (row.same.hits, row.excluded.hits) == (2, 2)
    assert row.gate.hits == 2
    assert (figures.coverage["compute"][1].hits, figures.coverage["compute"][1].of) == (2, 4)


def test_without_a_suite_s_worth_of_nulls_power_in_a_suite_is_not_told() -> None:
    (row,) = evaluate([race(slow=0.1, walls_ms=(100, 100, 110, 110))]).power
    assert row.in_suite.value is None
    assert row.alone.value == 1


def test_a_slower_arm_that_looks_faster_is_misranked() -> None:
    right = race(number=0, slow=0.05, walls_ms=(100, 100, 105, 105))
    wrong = race(number=1, slow=0.05, walls_ms=(100, 100, 99, 105))
    other = race(number=2, slow=0.02, walls_ms=(100, 100, 90, 90))  # not 5 %
    misranked = evaluate([right, wrong, other]).misranked
    ours = misranked["waitbench, paired ratio"]
    assert (ours.hits, ours.of) == (1, 4)
    assert {share.hits for share in misranked.values()} == {1}


def test_the_last_place_is_held_against_the_first() -> None:
    # Blocks run 0, 2, 3, 1: the pair (0, 1) is first and last; its last arm takes 2 % longer.
    figures = evaluate([race(walls_ms=(100, 102, 100, 100), launches=5)])
    compute, everything = figures.bias
    assert (compute.kind, everything.kind) == ("compute", "all")
    assert compute.blocks == 10
    assert (compute.ratio, compute.low, compute.high) == pytest.approx((1.02, 1.02, 1.02))


def test_too_few_blocks_have_a_bias_without_an_interval() -> None:
    (row, _) = evaluate([race(launches=1, blocks=2)]).bias
    assert (row.blocks, row.low, row.high) == (2, None, None)
