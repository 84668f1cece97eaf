"""`python -m tests.proof.machines`: the table of false alarms, coverage and margins, a minute."""

from __future__ import annotations

from tests.proof.machines.simulation import cell

MACHINES, SPREADS = (1, 2, 3, 8, 30), (0.0, 0.02, 0.05)


def main() -> None:
    """Print a row for each number of machines and spread of their true ratios."""
    print(
        "| machines | true ratios differ by | alarms at 99 % | coverage of 95 % | "
        "margin at 99 % | said to disagree |\n| ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    for many in MACHINES:
        for spread in SPREADS if many > 1 else (0.0,):
            made = cell(many, spread)
            print(
                f"| {many} | {spread:.0%} | {made.alarms:.1%} | {made.covered:.1%} | "
                f"{made.margin:.1%} | {made.disagree:.1%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
