"""`--part 2/4`: which share of a run's launches, or of a gate's pairs, is measured here."""

from __future__ import annotations

import re

from waitbench.scenario import BenchError

PART = re.compile(r"(\d{1,4})/(\d{1,4})", re.ASCII)


def parsed(text: str, *, seeded: bool) -> tuple[int, int]:
    """Return `2/4` as the number of a part and how many there are.

    Args:
        text: as it was typed.
        seeded: whether a seed was given, too: parts of different seeds are no one run.

    Raises:
        BenchError: it is none, or there is no seed that all parts could share.
    """
    match = PART.fullmatch(text.strip())
    number, many = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= many:
        raise BenchError(f"--part={text!r} is no part; write the second of four as --part 2/4")
    if not seeded:
        raise BenchError(
            "--part needs --seed N, the same for every part: the order within blocks comes from it"
        )
    return number, many
