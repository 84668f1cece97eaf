"""Figures beside the clock: their verdicts, and whether clock or instructions are believed."""

import pytest

from tests.bench.gate.outcomes import ratio
from waitbench.gate import decision, figures
from waitbench.gate.decision import GateVerdict
from waitbench.gate.figures import Figure, believed, judged

ALIKE = [(1000.0, 1000.0)] * 6


def counted(verdict: GateVerdict, change: float, doubt: float = 0.001) -> Figure:
    value = 1 / (1 + change)
    each = ratio(value, value * (1 - doubt), value * (1 + doubt))
    return Figure(verdict=verdict, margin=0.005, ratio=each, base=1000.0, pairs=6)


def verdicts(**pairs: list[tuple[float, float]]) -> dict[str, str]:
    margins = dict.fromkeys(pairs, 0.005)
    said = judged(pairs, margins, error=decision.FIGURES_ERROR, floor=figures.LAYOUT)
    return {name: figure.verdict for name, figure in said.items()}


def test_counts_that_never_vary_are_decided_by_what_checkouts_may_differ_by() -> None:
    one_more = [(1000.0, 1010.0)] * 6
    assert verdicts(same=ALIKE, more=one_more, fewer=[(1010.0, 1000.0)] * 6) == {
        "same": "same",
        "more": "slower",
        "fewer": "faster",
    }


def test_a_difference_that_is_sure_but_within_the_margin_is_no_alarm() -> None:
    assert verdicts(little=[(1000.0, 1003.0)] * 6) == {"little": "same"}


def test_counts_that_vary_from_seed_to_seed_are_undecided() -> None:
    wild = [(1000.0, 1000.0 + step) for step in (60, -40, 50, -10, 90, 20)]
    assert verdicts(wild=wild) == {"wild": "undecided"}


def test_two_pairs_say_nothing_and_neither_does_what_takes_nothing() -> None:
    assert verdicts(few=ALIKE[:2], none=[(0.0, 0.0)] * 6) == {}


def test_the_interval_of_counts_is_never_narrower_than_two_checkouts_differ() -> None:
    (figure,) = judged({"same": ALIKE}, {"same": 0.005}, error=0.001, floor=figures.LAYOUT).values()
    # Student's t of 5 degrees of freedom at 99 % is 4.032; 0.03 % / sqrt(6) is 0.0122 %.
    assert figure.change == pytest.approx((0.0, -0.000494, 0.000494), abs=1e-6)


def test_clock_and_figures_together_are_wrong_no_oftener_than_a_gate_may_be() -> None:
    looks = map(decision.look_after, range(decision.MOST_PAIRS + 1))
    clock = sum(look.error for look in looks if look)
    assert clock + decision.FIGURES_ERROR == pytest.approx(decision.ERROR)


@pytest.mark.parametrize(
    ("clock", "change", "counts", "verdict", "whom"),
    [
        # The same instructions that take longer: memory, cache, waiting.
        ("slower", (0.4, 0.38, 0.42), counted("same", 0.0), "slower", "clock"),
        ("slower", (0.4, 0.38, 0.42), counted("faster", -0.1), "slower", "clock"),
        ("slower", (0.1, 0.08, 0.12), counted("slower", 0.1), "slower", ""),
        ("slower", (0.1, 0.08, 0.12), counted("undecided", 0.1), "slower", ""),
        # 1 % more work, far below the clock's margin of 3 %.
        ("same", (0.001, -0.01, 0.012), counted("slower", 0.01), "slower", "instructions"),
        ("undecided", (0.01, -0.04, 0.06), counted("slower", 0.01), "slower", "instructions"),
        ("undecided", (0.0, -0.04, 0.04), counted("faster", -0.02), "faster", "instructions"),
        # 10 % more instructions, of which the clock surely sees nothing.
        ("same", (0.0, -0.01, 0.01), counted("slower", 0.1), "same", "clock"),
        ("undecided", (-0.03, -0.05, -0.01), counted("slower", 0.02), "undecided", ""),
        ("undecided", (0.02, -0.03, 0.07), counted("same", 0.0), "undecided", ""),
        ("same", (0.0, -0.01, 0.01), counted("same", 0.0), "same", ""),
        ("failed", None, counted("slower", 0.1), "failed", ""),
    ],
)
def test_who_is_believed(
    clock: GateVerdict,
    change: tuple[float, float, float] | None,
    counts: Figure,
    verdict: str,
    whom: str,
) -> None:
    said = believed(clock, change, 0.03, counts)
    assert (said.verdict, said.whom) == (verdict, whom)
    assert bool(said.why) == (bool(whom) or change == (-0.03, -0.05, -0.01))
