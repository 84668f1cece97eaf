"""The page, from a journal whose figures are known."""

from math import exp

from tests.bench.proof.races import race
from tests.proof.figures import evaluate
from tests.proof.journal import Journal
from tests.proof.page import machines, page, table

MACHINE = {"cpu": "abacus | two rows", "cores_allowed": 2, "governor": None, "load_before": [1.0]}


def launch_factor(launch: int, block: int, arm: int) -> float:
    """Spread the slowed arms by 0.2 % over the launches: an interval holds no truth without."""
    del block
    return exp(0.002 * (launch - 1)) if arm > 1 else 1.0


def made(count: int, *, older: int = 0) -> str:
    races = (
        *(race(number=number) for number in range(count)),
        race(number=count, slow=0.05, walls_ms=(100, 100, 105, 105), shake=launch_factor),
        race(number=count + 1, failure="plain: it died"),
    )
    journal = Journal(machines=(MACHINE, MACHINE), races=races, older=older)
    return page(journal, evaluate(journal.sound))


def test_every_aim_stands_beside_its_figure_and_says_how_sure_it_is() -> None:
    rows = [line for line in made(10).splitlines() if line.startswith("|")]
    assert "| at least 500 null comparisons | 22 | **missed** |" in rows
    assert (
        "| suites of 20 null comparisons with a false alarm: ≤ 1 % | 0.0 % (0.0 to 97.5; 0/1) | "
        "reached, but too few races to be sure |"
    ) in rows
    assert (
        "| compute +5 % called slower, in a suite of 20: ≥ 95 % | 100.0 % (15.8 to 100.0; 2/2) | "
        "reached, but too few races to be sure |"
    ) in rows
    assert (
        "| sleep +5 % called slower, in a suite of 20: ≥ 95 % | - | too few races to tell |" in rows
    )


def test_what_falls_short_is_in_the_first_sentence() -> None:
    first = made(10).split("\n\n")[1]
    assert first.startswith("Of 7 aims with figures 6 are reached, on 22 null comparisons and 2 ")
    assert "It falls short in: at least 500 null comparisons, found 22." in first


def test_the_machine_is_told_once_without_what_it_does_not_know() -> None:
    text = made(10, older=3)
    assert text.count("- processor: abacus | two rows\n- cores allowed: 2") == 1
    assert "governor" not in text
    assert "11 races, 1 more failed. 3 of an older recipe are left out." in text


def test_all_commits_stand_below_the_machine_that_they_ran_on() -> None:
    runs = [("a1", False), ("b2", True), ("b2", False), ("a1", False), (None, None)]
    lines = [{"machine": {**MACHINE, "commit": name, "dirty": dirty}} for name, dirty in runs]
    (described,) = machines([*lines, {"race": 1}])
    assert described.endswith("- cores allowed: 2\n- commit: a1, b2 with changes, b2")


def test_the_same_races_make_the_same_page() -> None:
    assert made(12) == made(12)


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert table(("a",), [("b|c",)]) == "| a |\n| --- |\n| b\\|c |"
