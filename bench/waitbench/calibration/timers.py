"""How event loops keep time: how late a sleep ends, equal deadlines, limits after a hold."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitbench import units
from waitbench.calibration._loop_timers import DELAYS_MS
from waitbench.parsing import Parser
from waitbench.registry import optional
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.stats.quantiles import nearest_rank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NEEDS = {
    "asyncio": (),
    "uvloop": ("uvloop",),
    "zuvloop": ("zuvloop",),
    "rloop": ("rloop",),
    "anyio": ("anyio",),
    "anyio_trio": ("anyio", "trio"),
    "trio": ("trio",),
    "gevent": ("gevent",),
}
"""Loops, as models are called, and what each needs."""
WITHIN_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """How one loop keeps time.

    Attributes:
        loop: its name.
        late_ns: how much longer than asked each sleep was, by its length in milliseconds.
        order: in which order timers of the same moment ran, by the number in which they were made.
        ran_out: whether a limit ran out although what it was for came before it, while the loop
            stood still: of a `sleep`, and of an answer at a `socket`.
    """

    loop: str
    late_ns: dict[float, list[int]]
    order: list[int]
    ran_out: dict[str, bool]

    @classmethod
    def read(cls, loop: str, seen: dict[str, Any]) -> Timers:
        """Read what the loop's process printed."""
        late_ns = {float(ms): list(errors) for ms, errors in seen["late_ns"].items()}
        return cls(
            loop=loop, late_ns=late_ns, order=list(seen["order"]), ran_out=dict(seen["ran_out"])
        )

    @property
    def ordered(self) -> str:
        """In which order equal deadlines ran, in words."""
        made = sorted(self.order)
        if self.order == made:
            return "in turn"
        return "reversed" if self.order == made[::-1] else "mixed"

    @property
    def limits(self) -> str:
        """Which limits ran out although the answer had come."""
        return " and ".join(kind for kind, out in self.ran_out.items() if out) or "none"


def measure(loop: str, count: int) -> Timers:
    """Measure a loop in a fresh process.

    Raises:
        BenchError: it failed there; names the loop and what it said last.
    """
    command = [sys.executable, "-P", "-m", "waitbench.calibration._loop_timers", loop, str(count)]
    try:
        done = subprocess.run(
            command,
            env=processes.environment_of_ours(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BenchError(f"{loop} did not end within {WITHIN_S} s") from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise BenchError(f"{loop} failed: {said}")
    return Timers.read(loop, json.loads(done.stdout))


def lines(rows: Sequence[Timers]) -> Iterator[str]:
    """Write the table: lateness in ms, then what is no time."""
    heads = "".join(f" {f'{ms:g} ms: p50':>12} {'p99':>7} {'early':>6}" for ms in DELAYS_MS)
    yield "a sleep ends later than asked by, in ms; early is the share that ended before its time"
    yield f"{'loop':10}{heads}  {'equal deadlines':16} limits that ran out after a hold"
    for row in rows:
        cells = ""
        for ms in DELAYS_MS:
            errors = sorted(row.late_ns[ms])
            early = sum(error < 0 for error in errors) / len(errors)
            p50, p99 = (nearest_rank(errors, share) / 1e6 for share in (0.5, 0.99))
            cells += f" {p50:12.3f} {p99:7.3f} {early:6.0%}"
        yield f"{row.loop:10}{cells}  {row.ordered:16} {row.limits}"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; a loop that is missing or fails is a line of its own."""
    parser = Parser(prog="waitbench calibrate timers", description=__doc__)
    parser.add_argument("--loop", choices=list(NEEDS), help="only this loop")
    parser.add_argument("--count", metavar="N", default="100", help="sleeps of each length (100)")
    options = parser.parse_args(argv)
    count = units.count(options.count, "--count")
    rows, left_out = [], []
    for loop in [options.loop] if options.loop else NEEDS:
        try:
            if lack := optional.missing(*NEEDS[loop]):
                raise BenchError(f"{loop} {lack}")  # noqa: TRY301
            rows.append(measure(loop, count))
        except BenchError as reason:
            left_out.append(str(reason))
    for line in (*lines(rows), *left_out):
        print(line)
    return int(not rows)


if __name__ == "__main__":
    raise SystemExit(main())
