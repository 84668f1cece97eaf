"""The retry of a disturbed round: what ran beside other work is run once more in the same turn."""

RERUNS = 1
"""Most retries in a turn: where the machine is busy for long, another round is no better."""


def after(reruns: int, *, disturbed: bool) -> int:
    """Return how many retries a turn has, once a round of it is over.

    Args:
        reruns: those that it had before.
        disturbed: whether that round ran beside other work, as `system.interference` judges.
    """
    return min(RERUNS, reruns + disturbed)
