import pytest

from tests.bench.proof.races import race
from tests.proof import rules
from tests.proof.comparisons import null_pairs

TEN_RACES = [race(number=number) for number in range(10)]


@pytest.mark.parametrize(
    ("setting", "baseline", "arm", "fails"),
    [
        # Means 100 and 105: 5 % slower is not more than 5 %.
        ("mean:5%", [90.0, 110.0], [95.0, 115.0], False),
        ("mean:5%", [90.0, 110.0], [96.0, 116.0], True),
        ("min:5%", [90.0, 110.0], [96.0, 96.0], True),
        ("min:5%", [90.0, 110.0], [90.0, 900.0], False),
        ("median:5%", [90.0, 100.0, 900.0], [100.0, 106.0, 107.0], True),
        ("median:5%", [90.0, 100.0, 900.0], [100.0, 104.0, 107.0], False),
        # It looks in one direction only.
        ("mean:5%", [100.0, 100.0], [50.0, 50.0], False),
    ],
)
def test_the_gate_is_pytest_benchmark_s(
    setting: str, baseline: list[float], arm: list[float], *, fails: bool
) -> None:
    assert rules.gate_fails(setting, baseline, arm) is fails


def test_welch_tells_apart_what_lies_apart() -> None:
    assert rules.welch_differs([100.0, 101.0, 99.0], [110.0, 111.0, 109.0])
    assert not rules.welch_differs([100.0, 110.0, 90.0], [101.0, 111.0, 91.0])


def test_suites_are_twenty_in_the_order_of_time_and_a_rest_makes_none() -> None:
    nulls = null_pairs([*TEN_RACES, race(number=10)])
    (suite,) = rules.suites(nulls)
    assert [pair.race for pair in suite] == [number for number in range(10) for _ in range(2)]


def test_company_is_the_next_nineteen_of_other_races_going_round() -> None:
    nulls = null_pairs([*TEN_RACES, race(number=10)])
    company = rules.company(nulls[16], nulls)  # of race 8
    assert company is not None
    assert [pair.race for pair in company] == [
        9,
        9,
        10,
        10,
        *(n for n in range(7) for _ in "ab"),
        7,
    ]


def test_without_nineteen_others_there_is_no_company() -> None:
    nulls = null_pairs(TEN_RACES)
    assert rules.company(nulls[0], nulls) is None


def test_a_session_is_one_process_and_two_of_them_lie_apart() -> None:
    # Launch n of arm m has walls of 100 x (n + 1) + m milliseconds.
    raced = race(shake=lambda launch, block, arm: launch + 1 + arm / 100)  # noqa: ARG005
    pair = null_pairs([raced])[0]
    early, late = rules.sessions_apart(pair)
    assert early == [100e6, 100e6]
    assert late == [301e6, 301e6]
    assert rules.rounds(pair.baseline) == [100e6, 100e6, 200e6, 200e6, 300e6, 300e6]
