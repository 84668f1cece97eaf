"""Whether waiting and computing are told apart: known mixes, alone and beside three CPU hogs.

Every mix is made of parts that were measured by themselves, alone: so many ms in Python, which hold
the interpreter's lock, so many of hashing, which does not, so many of sleep, so many in a child.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.profiling.share import share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

AIM_ALONE, AIM_BESIDE = 0.05, 0.10
HOGS = 3
MIXES = "bench.calibration._mixes"
PARTS: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "held": ("mix", {"steps": 50_000}),
    "free": ("mix", {"blocks": 8}),
    "child": ("child", {"steps": 300_000}),
}
"""What is measured by itself first; a mix has so many times each."""
SPIN = "import os\nos.setsid()\nprint(flush=True)\nwhile True: pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """A call made of parts: multiples of those in `PARTS`, and milliseconds of sleep."""

    held: float = 0
    free: float = 0
    child: float = 0
    wait_ms: float = 0

    @property
    def name(self) -> str:
        """Made of what is in it."""
        kinds = {"in Python": self.held, "hashing": self.free, "child": self.child}
        said = [f"{many:g} {kind}" for kind, many in kinds.items() if many]
        return ", ".join([*said, *([f"{self.wait_ms:g} ms sleep"] if self.wait_ms else [])])

    def params(self) -> dict[str, str]:
        """Give what the workload is told."""
        (_, held), (_, free), (_, child) = PARTS.values()
        told: dict[str, float] = {"wait_ms": self.wait_ms}
        if self.child:
            told["steps"] = round(child["steps"] * self.child)
        else:
            told["steps"] = round(held["steps"] * self.held)
            told["blocks"] = round(free["blocks"] * self.free)
        function = "child" if self.child else "mix"
        return {"function": f"{MIXES}:{function}", "args": json.dumps(told)}

    def truth(self, parts_ns: Mapping[str, float]) -> tuple[float, float]:
        """Give its shares of waiting and of holding the lock, from the parts' own durations."""
        took = {name: many * parts_ns[name] for name, many in self._many()}
        whole = sum(took.values()) + self.wait_ms * 1e6
        return self.wait_ms * 1e6 / whole, took["held"] / whole

    def _many(self) -> list[tuple[str, float]]:
        return [("held", self.held), ("free", self.free), ("child", self.child)]


GRID = (
    Mix(held=4),
    Mix(held=1, wait_ms=5),
    Mix(held=1, wait_ms=20),
    Mix(held=0.2, wait_ms=5),
    Mix(held=0.05, wait_ms=2),
    Mix(free=3),
    Mix(free=1, wait_ms=20),
    Mix(held=2, free=2),
    Mix(held=0.5, free=1.5, wait_ms=10),
    Mix(wait_ms=20),
    Mix(child=1),
    Mix(child=1, wait_ms=40),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One mix in one place: shares as they are, and as they were seen."""

    mix: Mix
    beside: int
    true_waiting: float
    waiting: float
    true_locked: float
    locked: float

    @property
    def off(self) -> float:
        """How far the share of waiting is off, as a share of the call."""
        return abs(self.waiting - self.true_waiting)

    @property
    def locked_off(self) -> float:
        """How far the share of holding the lock is off."""
        return abs(self.locked - self.true_locked)


def measure(mixes: Sequence[Mix] = GRID, crowds: Sequence[int] = (0, HOGS)) -> Iterator[Told]:
    """Measure the parts alone, then every mix alone and beside so many hogs."""
    parts = {
        name: {"function": f"{MIXES}:{function}", "args": json.dumps(told)}
        for name, (function, told) in PARTS.items()
    }
    parts_ns = {name: share(params).demand.alone_ns for name, params in parts.items()}
    for many in crowds:
        with hogs(many):
            for mix in mixes:
                waiting, locked = mix.truth(parts_ns)
                seen = share(mix.params()).demand
                yield Told(
                    mix=mix,
                    beside=many,
                    true_waiting=waiting,
                    waiting=seen.waiting,
                    true_locked=locked,
                    locked=seen.locked,
                )


@contextmanager
def hogs(many: int) -> Iterator[None]:
    """Keep so many processes spinning, each in a session of its own, while the block runs."""
    with ExitStack() as stack:
        for _ in range(many):
            hog = subprocess.Popen([sys.executable, "-S", "-c", SPIN], stdout=subprocess.PIPE)
            stack.enter_context(hog)
            stack.callback(hog.kill)
            assert hog.stdout is not None
            hog.stdout.readline()
        yield


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a share of waiting is further off than the aim."""
    parser = argparse.ArgumentParser(prog="waitbench calibrate share", description=__doc__)
    parser.parse_args(argv)
    print(
        f"{'call':40} {'beside':>7} {'waits: true':>12} {'seen':>6} {'lock: true':>11} {'seen':>6}"
    )
    told = []
    for one in measure():
        beside = f"{one.beside} hogs" if one.beside else "-"
        print(
            f"{one.mix.name:40} {beside:>7} {one.true_waiting:12.1%} {one.waiting:6.1%}"
            f" {one.true_locked:11.1%} {one.locked:6.1%}",
            flush=True,
        )
        told.append(one)
    missed = False
    for many, aim in ((0, AIM_ALONE), (HOGS, AIM_BESIDE)):
        offs = [one.off for one in told if one.beside == many]
        locks = [one.locked_off for one in told if one.beside == many]
        missed |= max(offs) > aim
        where = f"beside {many} hogs" if many else "alone"
        print(
            f"{where}: waiting off by {median(offs):.1%} in the middle, {max(offs):.1%} at most"
            f" (aim {aim:.0%}); the lock by {median(locks):.1%} and {max(locks):.1%}"
        )
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
