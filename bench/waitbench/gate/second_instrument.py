"""Instructions beside the clock: whether they are counted in a gate, and what they make of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.gate import decision, figures, instruction_counts, other_figures
from waitbench.scenario import BenchError
from waitbench.system.instructions import kind_here

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.gate.benchmark import Benchmark
    from waitbench.gate.instruction_counts import Counts
    from waitbench.gate.outcome import Result
    from waitbench.gate.settings import GateSettings
    from waitbench.system.instructions import CounterKind

DEFAULT: figures.Instrument = "both"
NAME = "instructions"
SHARE, MOST_S = 0.2, 90.0
"""Of a gate's time, the most that is kept for counting."""
NAMED = 3
UNFIT = "it asks a server, waits, or runs in no process of ours"
BY = {"callgrind": "valgrind's callgrind", "hardware": "the processor"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """By what a gate is decided.

    Attributes:
        clock: whether benchmarks are raced.
        counter: of instructions; None where they are not counted.
        notes: why they are not, though they would be.
    """

    clock: bool = True
    counter: CounterKind | None = None
    notes: tuple[str, ...] = ()

    def kept_s(self, whole_s: float) -> float:
        """Return the seconds of a gate that are kept for counting."""
        if not self.clock:
            return whole_s
        return min(MOST_S, SHARE * whole_s) if self.counter else 0.0


def choose(benchmarks: Sequence[Benchmark], settings: GateSettings, *, part: bool) -> Chosen:
    """Return by what a gate is decided: by both, where instructions can be counted.

    Args:
        benchmarks: that are raced.
        settings: of the project, with what was typed.
        part: whether this is a part of a gate that several machines share: it decides nothing.

    Raises:
        BenchError: instructions were asked for and cannot be counted here.
    """
    wanted = settings.instrument or DEFAULT
    if wanted == "wall" or part:
        return Chosen()
    clock = wanted == "both"
    if clock and not any(map(instruction_counts.countable, benchmarks)):
        return Chosen()
    try:
        return Chosen(clock=clock, counter=kind_here())
    except BenchError as lacking:
        if settings.instrument:
            raise BenchError(f"{lacking}; --instrument wall takes the clock alone") from None
        return Chosen(notes=(str(lacking),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a gate comes to with its instructions.

    Attributes:
        results: one for each benchmark that was compared.
        notes: sentences on what was not counted.
        method: how it was counted.
        interrupted: whether somebody stopped it early.
    """

    results: Sequence[Result]
    notes: tuple[str, ...] = ()
    method: str = ""
    interrupted: bool = False


def counted(  # noqa: PLR0913 - what counting is made of
    results: Sequence[Result],
    raced: Sequence[Benchmark],
    chosen: Chosen,
    settings: GateSettings,
    *,
    ends_s: float,
    seed: int,
    say: Callable[[str], object],
) -> Counted:
    """Count the instructions of all benchmarks that can be counted, and lay them over the results.

    Args:
        results: by the clock.
        raced: benchmarks that both sides can run.
        chosen: by what the gate is decided.
        settings: of the project.
        ends_s: moment on `time.monotonic` by which it should be over.
        seed: of the orders.
        say: is told how far it is.
    """
    assert chosen.counter is not None
    countable = [each for each in raced if instruction_counts.countable(each)]
    counts = instruction_counts.count(countable, chosen.counter, ends_s=ends_s, seed=seed, say=say)
    names = {each.name for each in countable}
    unfit = {each.name: UNFIT for each in raced if each.name not in names}
    left_out = counts.left_out if chosen.clock else {**unfit, **counts.left_out}
    return Counted(
        results=applied(results, counts, settings, clock=chosen.clock),
        notes=tuple(on_left_out(left_out, clock=chosen.clock)),
        method=told(counts),
        interrupted=counts.interrupted,
    )


def applied(
    results: Sequence[Result], counts: Counts, settings: GateSettings, *, clock: bool
) -> list[Result]:
    """Return the results with what was counted; without the clock, only those that were.

    Args:
        results: by the clock.
        counts: what was counted.
        settings: of the project.
        clock: whether it was asked as well.
    """
    margins = dict.fromkeys(counts.pairs, settings.instructions)
    per_call = {
        name: [(base / counts.calls[name], head / counts.calls[name]) for base, head in pairs]
        for name, pairs in counts.pairs.items()
    }
    error = decision.FIGURES_ERROR / other_figures.gated(settings)
    counted = figures.judged(per_call, margins, error=error, floor=figures.LAYOUT)
    return [
        _with_figure(result, counted.get(result.name), clock=clock)
        for result in results
        if clock or result.name in counted or result.verdict != "undecided"
    ]


def _with_figure(result: Result, counted: figures.Figure | None, *, clock: bool) -> Result:
    if counted is None:
        return result
    shown = {**result.figures, NAME: counted}
    if not clock:
        return replace(result, figures=shown, verdict=counted.verdict, by=NAME)
    said = figures.believed(result.verdict, result.change, result.margin, counted)
    notes = (*result.notes, sentence(said, result, counted)) if said.why else result.notes
    return replace(result, figures=shown, verdict=said.verdict, by=said.whom, notes=notes)


def sentence(said: figures.Believed, result: Result, counted: figures.Figure) -> str:
    """Return which of the two is to be believed, and why."""
    clock = f"{100 * result.change[0]:+.1f} %" if result.change else "nothing sure"
    whom = f"believe the {said.whom}: " if said.whom else ""
    return f"clock {clock}, instructions {100 * counted.change[0]:+.2f} %: {whom}{said.why}"


def told(counts: Counts) -> str:
    """Return how instructions were counted, in a sentence."""
    pairs = max(map(len, counts.pairs.values()), default=0)
    if not pairs:
        return "No instructions were counted."
    layout = "fixed" if counts.still else "random"
    many = formatting.count(len(counts.pairs), "benchmark")
    return (
        f"Instructions of {many} counted by {BY[counts.kind]} in {pairs} pairs of processes, hash "
        f"seeds 1 to {pairs}, {layout} addresses, without the harness's own"
    )


def on_left_out(left_out: Mapping[str, str], *, clock: bool) -> list[str]:
    """Return why benchmarks were not counted, a sentence for each reason.

    Args:
        left_out: by benchmark, why.
        clock: whether it was asked as well: then what waits is no news.
    """
    reasons: dict[str, list[str]] = {}
    for name, why in left_out.items():
        if not (clock and why == instruction_counts.WAITS):
            reasons.setdefault(why, []).append(name)
    ending = "" if clock else ", and so not compared: --instrument both races what is not counted"
    return [
        f"not counted: {formatting.listing(formatting.shortlist(names, NAMED))} ({why}){ending}"
        for why, names in reasons.items()
    ]
