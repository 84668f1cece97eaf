"""The gate's proof from trials made by hand: what counts as an alarm, and what as found."""

from bench.proof.gate.page import page
from bench.proof.gate.trials import Comparison, Launch, Trial


def launch(base_us: int, head_us: int) -> Launch:
    return Launch(
        log_ratio=0.0, mean_us=(base_us, head_us), min_us=(base_us, head_us), rounds=(5, 5)
    )


def trial(number: int, change: str, word: str, *, slowed: bool, noisy: bool = False) -> Trial:
    # Saved: base of the first pair, 100 µs; new: head of the last, 106 µs: 6 % slower.
    one = Comparison(
        trial=number,
        noisy=noisy,
        change=change,
        name="total",
        slowed=slowed,
        word=word,
        screen=1,
        launches=(launch(100, 101), launch(120, 106)),
    )
    return Trial(
        number=number,
        noisy=noisy,
        change=change,
        chunk="a",
        took_s=10.0,
        load=None,
        comparisons=(one,),
    )


def test_alarms_and_finds_are_counted_apart() -> None:
    drawn = page(
        [
            trial(0, "null", "same", slowed=False),
            trial(1, "null", "slower", slowed=False),
            trial(2, "cpu5", "slower", slowed=True),
            trial(3, "cpu5", "undecided", slowed=True),
        ]
    )
    assert "| waitbench gate | 50.0 % (1.3 to 98.7; 1/2) | 50.0 % (1.3 to 98.7; 1/2) |" in drawn
    # 106 against a saved 100 is over 5 % in all four trials, whatever the truth.
    assert "| pytest-benchmark mean:5% | 100.0 % (15.8 to 100.0; 2/2)" in drawn
    assert "| cpu5 | 50.0 % (1.3 to 98.7; 1/2) | 50.0 % (1.3 to 98.7; 1/2) | - |" in drawn
    assert "noisy neighbour" not in drawn


def test_disturbed_trials_have_a_table_of_their_own() -> None:
    drawn = page([trial(0, "null", "same", slowed=False, noisy=True)])
    assert "## Beside a noisy neighbour" in drawn
    assert "## Quiet" not in drawn
