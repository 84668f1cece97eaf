"""`python -m tests.proof.pythons.cost`: a run over several interpreters against its rounds' time.

Asked for is `--budget`, the time of all rounds; and, one by one, each interpreter's part of it in a
run of its own. Environments are made before, by a run of a second.
"""

from __future__ import annotations

import argparse
import tempfile
from typing import TYPE_CHECKING

from tests.proof.pythons.runs import run

if TYPE_CHECKING:
    from waitbench.results.load import Run

WORDS = ("io_bound", "cpu_bound", "-k", "http-50ms-n10 or compute or digest", "--seed", "1")
AIM = 1.15


def main() -> int:
    """Run, print what each took; return 0 if that is within the aim, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.pythons.cost")
    parser.add_argument("--python", default="3.11,3.13,3.14,3.15,3.13t", metavar="A,B")
    parser.add_argument("--budget", type=float, default=100.0, metavar="S")
    parser.add_argument("--alone", action="store_true", help="each in a run of its own, too")
    options = parser.parse_args()
    named = options.python.split(",")
    with tempfile.TemporaryDirectory() as folder:
        run(folder, [*WORDS, "--budget", "1", "--launches", "1"], options.python)
        together, took_s = run(folder, [*WORDS, "--budget", f"{options.budget}"], options.python)
        each_s = options.budget / len(named)
        alone_s = [
            run(folder, [*WORDS, "--budget", f"{each_s}"], name)[1]
            for name in named
            if options.alone
        ]
    ratio = took_s / options.budget
    print(f"{len(together.builds)} interpreters: asked for {options.budget:.0f} s of rounds")
    print(f"took {took_s:.1f} s: {ratio:.2f} times that; {_rounds_s(together):.1f} s were rounds")
    if alone_s:
        print(
            f"each by itself, {each_s:.0f} s asked for: {sum(alone_s):.1f} s; together "
            f"{took_s / sum(alone_s):.2f} times that"
        )
    return int(ratio > AIM)


def _rounds_s(measured: Run) -> float:
    """Return the seconds of all rounds that are in the file, those before the first one, too."""
    timed_ns = sum(round_.wall_ns for row in measured.contestants for round_ in row.rounds)
    warm_ns = sum(sum(launch.warm_ns) for row in measured.contestants for launch in row.launches)
    return (timed_ns + warm_ns) / 1e9


if __name__ == "__main__":
    raise SystemExit(main())
