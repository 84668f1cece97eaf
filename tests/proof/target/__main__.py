"""`python -m tests.proof.target`: spoilt requests, thousands at once, a long load; both loops."""

from __future__ import annotations

import argparse
import sys
from random import Random
from typing import TYPE_CHECKING

from tests.proof.target import malformed, soak

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.proof.target.attempt import Attempt

LOOPS = ("asyncio", "uvloop")


def main(argv: Sequence[str] | None = None) -> int:
    """Try all that is asked for; return 1 if something failed, which is printed."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.target")
    parser.add_argument("--malformed", type=int, default=2_000, help="requests a loop (2000)")
    parser.add_argument("--in-flight", type=int, default=10_000, help="at once (10000)")
    parser.add_argument("--minutes", type=float, default=10.0, help="of load, a loop (10)")
    parser.add_argument("--rate", type=float, default=2_000.0, help="requests a second (2000)")
    parser.add_argument("--loop", choices=LOOPS, action="append", help="only this one")
    parser.add_argument("--engine", choices=["aiohttp", "fast"], default="aiohttp")
    parser.add_argument("--seed", type=int, default=1, help="of the spoilt requests (1)")
    options = parser.parse_args(argv)
    failed = 0
    for part in _parts(options):
        tried = failed_here = 0
        title = ""
        for attempt in part:
            tried, title = tried + 1, attempt.title
            for fault in attempt.faults:
                failed_here += 1
                _say(f"FAILED: {attempt.title}: {fault}")
        _say(f"{title}: {tried} tried, {failed_here} failed")
        failed += failed_here
    return int(failed > 0)


def _parts(options: argparse.Namespace) -> Iterator[Iterable[Attempt]]:
    engine = options.engine
    for loop in options.loop or LOOPS:
        if options.malformed:
            rng = Random(options.seed)
            yield malformed.attempts(rng, loop, options.malformed, engine=engine)
        if options.in_flight:
            yield [soak.in_flight(loop, options.in_flight, engine=engine)]
        if options.minutes:
            yield [soak.soak(loop, options.minutes, options.rate, engine=engine)]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
