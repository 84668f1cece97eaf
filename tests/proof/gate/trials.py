"""The trials of the gate's proof as they stand in `trials.jsonl`, one JSON object in a line."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from tests.proof.gate.other_build import OtherGate
from waitbench.gate import run_queue
from waitbench.gate.worktrees import SIDES
from waitbench.scenario import BenchError
from waitbench.stats import pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.gate.outcome import Outcome
    from waitbench.results.record import ContestantRecord
    from waitbench.stats.estimates import Estimate

RECIPE = 4
"""Number of how trials are made; raise it with the scratch project or the stages."""
PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """The times of one fresh pair of processes.

    Attributes:
        log_ratio: median over its blocks of log(base / head).
        mean_us: mean wall of a round on base and on head, in microseconds, delays and all: what
            other tools see.
        min_us: least wall of a round.
        rounds: how many rounds of each.
    """

    log_ratio: float
    mean_us: tuple[int, int]
    min_us: tuple[int, int]
    rounds: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkComparison:
    """One benchmark of one trial.

    Attributes:
        name: of the benchmark, without `bench_`.
        kind: of the change that makes it slower; empty where nothing does.
        verdict: what the gate called it.
        launches: in the order of time.
    """

    name: str
    kind: str
    verdict: str
    launches: tuple[Launch, ...]

    def ratio(self, first: int, last: int, confidence: float) -> Estimate | None:
        """Return how many times faster head is over launches `first` to `last`, by the gate's rule.

        A launch counts by the median of its blocks, so that it can stand as one block.
        """
        chosen = self.launches[first:last]
        base = {(number, 0): [1.0] for number in range(len(chosen))}
        head = {(number, 0): [exp(-launch.log_ratio)] for number, launch in enumerate(chosen)}
        return pairs.paired_ratio(base, head, confidence=confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateTrial:
    """One call of the gate on the whole suite.

    Attributes:
        number: how many came before it.
        noisy: whether a neighbour disturbed it on purpose.
        change: name of the commit.
        took_s: seconds it took.
        first_s: seconds after which it told its first verdicts; None where nobody listened.
        load: load average over the minute before it.
        comparisons: one for each benchmark.
        other: the gate of another build beside it, if there was one.
    """

    number: int
    noisy: bool
    change: str
    took_s: float
    load: float | None
    comparisons: tuple[BenchmarkComparison, ...]
    first_s: float | None = None
    other: OtherGate | None = None


def as_line(
    outcome: Outcome, kinds: Mapping[str, str], *, trial: int, noisy: bool, change: str
) -> dict[str, Any]:
    """Return the JSON form of a trial: walls by launch, summed up.

    Raises:
        BenchError: a benchmark was raced on one side only or on none, as where a package that
            it needs is missing.
    """
    for result in outcome.results:
        if any((result.name, side) not in outcome.rows for side in SIDES):
            raise BenchError(f"{result.name} was not raced: {' '.join(result.notes)}")
    load = outcome.environment.get("load_before")
    return {
        "trial": trial,
        "recipe": RECIPE,
        "noisy": noisy,
        "change": change,
        "took_s": round(outcome.seconds, 1),
        "load": load[0] if load else None,
        "seed": outcome.seed,
        "benchmarks": {
            (name := result.name.removeprefix("bench_")): {
                "kind": kinds.get(name, ""),
                "word": result.verdict,
                "launches": _launches([outcome.rows[result.name, side] for side in SIDES]),
            }
            for result in outcome.results
        },
    }


def from_line(line: Mapping[str, Any]) -> GateTrial:
    """Read a trial from its JSON form.

    Raises:
        KeyError, TypeError, ValueError: it is no such form.
    """
    return GateTrial(
        number=line["trial"],
        noisy=bool(line["noisy"]),
        change=line["change"],
        took_s=line["took_s"],
        load=line["load"],
        comparisons=tuple(
            BenchmarkComparison(
                name=name,
                kind=record["kind"],
                verdict=record["word"],
                launches=tuple(map(_launch, record["launches"])),
            )
            for name, record in line["benchmarks"].items()
        ),
        first_s=line.get("first_s"),
        other=OtherGate(**line["other"]) if "other" in line else None,
    )


def _launches(rows: Sequence[ContestantRecord]) -> list[list[int]]:
    blocks, plain = run_queue.blocks(rows), [row.blocks() for row in rows]
    common: dict[int, list[tuple[int, int]]] = {}
    for key in sorted(blocks[0].keys() & blocks[1].keys()):
        common.setdefault(key[0], []).append(key)
    lines = []
    for keys in common.values():
        ratios = [log(median(blocks[0][key]) / median(blocks[1][key])) for key in keys]
        walls = [[wall for key in keys for wall in side[key]] for side in plain]
        lines.append(
            [
                round(median(ratios) * PPM),
                *(round(fmean(side) / 1000) for side in walls),
                *(round(min(side) / 1000) for side in walls),
                *map(len, walls),
            ]
        )
    return lines


def _launch(line: Sequence[int]) -> Launch:
    ratio, *rest = line
    mean, least, rounds = rest[0:2], rest[2:4], rest[4:6]
    return Launch(
        log_ratio=ratio / PPM,
        mean_us=(mean[0], mean[1]),
        min_us=(least[0], least[1]),
        rounds=(rounds[0], rounds[1]),
    )
