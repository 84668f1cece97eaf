"""Whether waiting and computing are told apart: known mixes, alone and beside three CPU hogs.

Every mix is made of parts that are measured by themselves, alone: so many ms in Python, which hold
the interpreter's lock, so many of hashing, which does not, so many of sleep, so many in a child.
A machine's speed changes within seconds, and a part's length with it: the parts of a mix are
measured right before and right after it, and hogs stand still meanwhile.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from waitbench.calibration.hogs import hogs, resting
from waitbench.formatting import percent
from waitbench.parsing import Parser
from waitbench.profiling.call import profile_call

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping, Sequence

AIM_ALONE, AIM_BESIDE = 0.05, 0.10
HOGS = 3
MIXES = "waitbench.calibration._mixes"
PARTS: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "held": ("mix", {"steps": 50_000}),
    "free": ("mix", {"blocks": 8}),
    "child": ("child", {"steps": 300_000}),
}
"""What is measured by itself first; a mix has so many times each."""
PART_CALLS = 32
"""Calls of a part each time: a fifth of a second or so."""


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
        ingredients = [f"{many:g} {kind}" for kind, many in kinds.items() if many]
        return ", ".join([*ingredients, *([f"{self.wait_ms:g} ms sleep"] if self.wait_ms else [])])

    def params(self) -> dict[str, str]:
        """Return the workload's parameters."""
        (_, held), (_, free), (_, child) = PARTS.values()
        arguments: dict[str, float] = {"wait_ms": self.wait_ms}
        if self.child:
            arguments["steps"] = round(child["steps"] * self.child)
        else:
            arguments["steps"] = round(held["steps"] * self.held)
            arguments["blocks"] = round(free["blocks"] * self.free)
        function = "child" if self.child else "mix"
        return {"function": f"{MIXES}:{function}", "args": json.dumps(arguments)}

    def parts(self) -> list[str]:
        """Return the names of those of `PARTS` that are in the mix."""
        return [name for name, many in self._many() if many]

    def truth(self, parts_ns: Mapping[str, float]) -> tuple[float, float]:
        """Return the shares of waiting and of holding the lock, from the parts' own durations."""
        took = {name: many * parts_ns[name] for name, many in self._many() if many}
        whole = sum(took.values()) + self.wait_ms * 1e6
        return self.wait_ms * 1e6 / whole, took.get("held", 0.0) / whole

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
class MixShares:
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


def measure(mixes: Sequence[Mix] = GRID, crowds: Sequence[int] = (0, HOGS)) -> Iterator[MixShares]:
    """Measure every mix alone and beside so many hogs, and its parts alone before and after it."""
    for many in crowds:
        with hogs(many) as crowd:
            for mix in mixes:
                before_ns = _parts_ns(mix, crowd)
                demand = profile_call(mix.params()).demand
                after_ns = _parts_ns(mix, crowd)
                waiting, locked = mix.truth(
                    {name: fmean((before_ns[name], after_ns[name])) for name in before_ns}
                )
                yield MixShares(
                    mix=mix,
                    beside=many,
                    true_waiting=waiting,
                    waiting=demand.waiting,
                    true_locked=locked,
                    locked=demand.locked,
                )


def _parts_ns(mix: Mix, crowd: Sequence[subprocess.Popen[bytes]]) -> dict[str, float]:
    """Measure how long each part of a mix takes by itself, with nobody beside it."""
    took_ns = {}
    with resting(crowd):
        for name in mix.parts():
            function, arguments = PARTS[name]
            params = {"function": f"{MIXES}:{function}", "args": json.dumps(arguments)}
            took_ns[name] = profile_call(params, most=PART_CALLS).demand.alone_ns
    return took_ns


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a share of waiting is further off than the aim."""
    parser = Parser(prog="waitbench calibrate share", description=__doc__)
    parser.parse_args(argv)
    print(
        f"{'call':40} {'beside':>7} {'waits: true':>12} {'seen':>6} {'lock: true':>11} {'seen':>6}"
    )
    rows = []
    for row in measure():
        beside = f"{row.beside} hogs" if row.beside else "-"
        print(
            f"{row.mix.name:40} {beside:>7} {row.true_waiting:12.1%} {row.waiting:6.1%}"
            f" {row.true_locked:11.1%} {row.locked:6.1%}",
            flush=True,
        )
        rows.append(row)
    missed = False
    for many, aim in ((0, AIM_ALONE), (HOGS, AIM_BESIDE)):
        offs = [100 * row.off for row in rows if row.beside == many]
        locks = [100 * row.locked_off for row in rows if row.beside == many]
        missed |= max(offs) > 100 * aim
        where = f"beside {many} hogs" if many else "alone"
        print(
            f"{where}: waiting off by {median(offs):.1f} % in the middle, {max(offs):.1f} % at most"
            f" (aim {percent(aim)}); the lock by {median(locks):.1f} % and {max(locks):.1f} %"
        )
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
