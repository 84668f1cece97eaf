import pytest

from waitbench.findings import Finding
from waitbench.findings._verdicts import above, below, decide
from waitbench.stats.estimates import Estimate


def estimate(low: float | None, value: float, high: float | None) -> Estimate:
    return Estimate(
        value=value, low=low, high=high, confidence=0.95, over="launches", count=3, spreads=()
    )


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ([True, True], "supported"),
        ([False, False], "refuted"),
        ([True, False, None], "conditional"),
        ([True, None], "undecided"),
        ([False, None], "undecided"),
        ([], "undecided"),
    ],
)
def test_answers_that_agree_decide_and_both_kinds_make_it_conditional(
    answers: list[bool | None], verdict: str
) -> None:
    assert decide(answers) == verdict


def test_a_no_may_refute_whatever_is_open_but_never_a_yes() -> None:
    assert decide([False, None], no_refutes=True) == "refuted"
    assert decide([True, None], no_refutes=True) == "undecided"
    assert decide([True, False, None], no_refutes=True) == "conditional"


def test_only_a_whole_interval_on_one_side_is_certain() -> None:
    assert above(estimate(1.2, 1.3, 1.4), 1.1) is True
    assert above(estimate(0.8, 0.9, 1.0), 1.1) is False
    assert above(estimate(1.0, 1.3, 1.4), 1.1) is None
    assert below(estimate(0.8, 0.9, 1.0), 1.1) is True
    assert below(estimate(1.2, 1.3, 1.4), 1.1) is False


def test_without_an_interval_nothing_is_certain() -> None:
    assert estimate(None, 1.3, None).interval is None
    assert above(estimate(None, 1.3, None), 1.1) is None
    assert below(None, 1.1) is None


def test_an_unmeasured_claim_names_the_command_that_measures_it() -> None:
    finding = Finding.undecided("cpu-no-gain", "Nothing was measured", ("cpu_bound", "cures"))
    assert finding.verdict == "undecided"
    assert finding.sentence == "Nothing was measured: `waitbench run cpu_bound cures` does it."
    assert "`waitbench run` does it" in Finding.undecided("cpu-no-gain", "Nothing", ()).sentence
