"""`python -m tests.proof.machines`: the table of false alarms, coverage and margins, a minute."""

from __future__ import annotations

from tests.proof.machines.simulation import cell, found

MACHINES, SPREADS = (1, 2, 3, 8, 30), (0.0, 0.02, 0.05)
PARTS, PAIRS, SLOWER = (1, 2, 4, 8), (3, 6, 12, 24), 0.05


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
    print(
        f"\n| machines | pairs on each | {SLOWER:.0%} slower: found | called the same | "
        "equal sides: called slower | called the same |\n"
        "| ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    for many in PARTS:
        for pairs in PAIRS:
            slower, missed = found(many, pairs, slower=SLOWER)
            alarms, same = found(many, pairs, slower=0.0)
            print(
                f"| {many} | {pairs} | {slower:.0%} | {missed:.1%} | {alarms:.1%} | {same:.0%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
