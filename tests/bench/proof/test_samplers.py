"""The table of what two samplers cost, from costs made by hand."""

from tests.proof.pythons.samplers import table


def test_costs_are_compared_turn_by_turn_and_over_all_rows() -> None:
    costs = {
        "compute/sync": {"python": [1.1, 1.1], "pyinstrument": [1.0, 1.0]},
        "http/sync": {"python": [2.0, 0.5], "pyinstrument": [1.0, 1.0]},
    }
    *_, computing, waiting, together = table(costs)
    assert computing == (
        "| compute/sync | 2 | 1.100 [1.10, 1.10] | 1.000 [1.00, 1.00] | 1.100 [1.10, 1.10] |"
    )
    # Twice and half as much are on average the same; two turns that differ so know nothing.
    assert "| 1.000 [" in waiting
    # sqrt(1.1 * 2) in one turn and sqrt(1.1 / 2) in the other: sqrt(1.1) between them.
    assert together.startswith("| all rows, by turn | 2 | | | 1.049 [")
