"""The trials in, `results/proof/gate/README.md` out; the same trials, the same page."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.proof.gate.changes import KINDS, SHELF_CHANGES
from tests.proof.gate.resampled import resampled
from tests.proof.shares import share
from waitbench import formatting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.proof.gate.trials import BenchmarkComparison, GateTrial

    Rule = Callable[[BenchmarkComparison], bool | None]

LIMIT = 1.05
"""Of `--benchmark-compare-fail=mean:5%` and `min:5%`."""

HOW_TO_READ = """\
Every trial is one call of `waitbench gate` on the twenty benchmarks of a small project, between \
its first commit and another one: `null` changes a comment, the others make eleven benchmarks \
slower, each in one of seven ways, and leave nine alone; which ones turns from commit to commit. \
A *false alarm* is a benchmark that the change leaves alone and that is called slower or faster; \
*found* is one that it makes slower by more than the margin of 3 % and that is called slower. The \
other rules saw the same walls: as they are used, the first pair's base is the saved run and the \
last pair's head the new one. Every figure is a share with its exact 95 % interval (Clopper and \
Pearson) and its count."""

RESAMPLED = """\
**Drawn anew.** {many} suites of twenty were put together from the {pairs:,} pairs of processes \
measured above on benchmarks that were left alone, each pair with a random sign, and given to the \
gate's rules; in half of them, two benchmarks got +5 % and +10 %. No new measurement, but many \
more suites."""

OF_TESTS = """\
The same for a library whose benchmarks are tests of pytest-benchmark and pytest-codspeed in every \
form that people write them in (`tests/proof/gate/shelf_tests.py`): called, decorated, pedantic \
with fresh rows that are sorted in place, marked, parametrized, in classes, async under three \
plugins. Each commit makes half of its functions slower by 5 or 10 %."""
SECTIONS = (
    ("Quiet", False, False),
    ("Beside a noisy neighbour", True, False),
    ("Tests of pytest, quiet", False, True),
    ("Tests of pytest, beside a noisy neighbour", True, True),
)

SIDE_BY_SIDE = """\
Each of these trials was run by both builds one right after the other, on the same two commits \
with the same seed, in turns with who began. Seconds are medians of these trials alone."""
BESIDE: Sequence[tuple[str, Callable[[GateTrial], bool]]] = (
    ("quiet", lambda trial: not trial.noisy),
    ("beside a noisy neighbour", lambda trial: trial.noisy),
    ("all", lambda _trial: True),
    ("of these, identical code", lambda trial: trial.change == "null"),
)

WITHIN = "cpu2"
"""Less than the margin: not to be called slower, nor to be called the same."""
VERDICTS = ("slower", "undecided", "same")


def page(trials: Sequence[GateTrial]) -> str:
    """Return the page in Markdown; quiet trials and disturbed ones apart."""
    many = formatting.count(len(trials), "trial")
    parts = ["# The proof of the gate", "", f"{many}.", "", HOW_TO_READ]
    for title, disturbed, tests in SECTIONS:
        of_state = [
            trial
            for trial in trials
            if trial.noisy == disturbed and (trial.change in SHELF_CHANGES) == tests
        ]
        if of_state:
            parts += ["", f"## {title}", "", *([OF_TESTS, ""] if tests else [])]
            parts += _section(of_state)
    parts += _side_by_side(trials)
    again = "Again, or further: `scripts/prove gate --minutes 45`"
    more = "; for tests of pytest `--only tests-null,tests0,tests1,quiet`, too"
    return "\n".join([*parts, "", f"{again}{more}."]) + "\n"


def _side_by_side(trials: Sequence[GateTrial]) -> Iterator[str]:
    """Yield how long our gates took beside those of another build, on quiet machines and others."""
    builds = dict.fromkeys(trial.other.build for trial in trials if trial.other)
    for build in builds:
        yield ""
        yield f"## Beside the gate of {build}"
        yield ""
        yield SIDE_BY_SIDE
        yield ""
        yield "| which | gates | seconds | of the other | ratio, median (least to most) |"
        yield "| --- | ---: | ---: | ---: | --- |"
        for title, is_one in BESIDE:
            both = [
                (trial.took_s, trial.other.took_s)
                for trial in trials
                if trial.other and trial.other.build == build and is_one(trial)
            ]
            if both:
                ratios = sorted(ours / other for ours, other in both)
                ours_s, other_s = (median(seconds) for seconds in zip(*both, strict=True))
                spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
                yield (
                    f"| {title} | {len(both)} | {ours_s:.0f} | {other_s:.0f} "
                    f"| {median(ratios):.2f} ({spread}) |"
                )


def _section(trials: Sequence[GateTrial]) -> Iterator[str]:
    compared = [comparison for trial in trials for comparison in trial.comparisons]
    null = [comparison for comparison in compared if not comparison.kind]
    slowed = [
        comparison for comparison in compared if comparison.kind and comparison.kind != WITHIN
    ]
    took = sorted(trial.took_s for trial in trials)
    middle = took[len(took) // 2]
    many = formatting.count(len(trials), "trial")
    first = [trial.first_s for trial in trials if trial.first_s is not None]
    told = (
        f" First verdicts after {median(first):.0f} s ({max(first):.0f} at most)." if first else ""
    )
    yield f"{many}, {middle:.0f} s each at the median, {took[-1]:.0f} s at most.{told}"
    yield ""
    yield "| rule | false alarms | trials with one | slower ones found |"
    yield "| --- | --- | --- | --- |"
    for name, rule, alarm in RULES:
        with_one = share(
            any(alarm(comparison) for comparison in trial.comparisons if not comparison.kind)
            for trial in trials
        )
        shares = share(map(alarm, null)), with_one, share(map(rule, slowed))
        yield f"| {name} | {' | '.join(map(str, shares))} |"
    yield ""
    yield "| what was changed | measured, median | called slower | undecided | same |"
    yield "| --- | ---: | --- | --- | --- |"
    for kind, title in {"": "nothing", **KINDS}.items():
        of_kind = [comparison for comparison in compared if comparison.kind == kind]
        if of_kind:
            verdicts = (
                share(comparison.verdict == verdict for comparison in of_kind)
                for verdict in VERDICTS
            )
            yield f"| {title} | {_change(of_kind)} | {' | '.join(map(str, verdicts))} |"
    yield from _drawn(trials)


def _drawn(trials: Sequence[GateTrial]) -> Iterator[str]:
    drawn = resampled(trials)
    if drawn is None:
        return
    yield ""
    yield RESAMPLED.format(many=len(drawn.alarms), pairs=drawn.pairs)
    yield ""
    yield "| suites with a false alarm | +5 % found | +10 % found | left alone, undecided |"
    yield "| --- | --- | --- | --- |"
    columns = (drawn.alarms, *drawn.detected.values(), drawn.undecided)
    yield f"| {' | '.join(str(share(column)) for column in columns)} |"


def _change(compared: Sequence[BenchmarkComparison]) -> str:
    """Return how much longer head took than base, in the median comparison."""
    ratios = [comparison.ratio(0, len(comparison.launches), 0.99) for comparison in compared]
    changes = [1 / ratio.value - 1 for ratio in ratios if ratio]
    return f"{100 * median(changes):+.1f} %" if changes else "-"


def _slower(comparison: BenchmarkComparison) -> bool:
    return comparison.verdict == "slower"


def _alarm(comparison: BenchmarkComparison) -> bool:
    return comparison.verdict in {"slower", "faster"}


def _as_used(pick: str) -> Callable[[BenchmarkComparison], bool | None]:
    """pytest-benchmark's rule on one process each, apart in time."""

    def slower(comparison: BenchmarkComparison) -> bool | None:
        if len(comparison.launches) < 2:
            return None
        saved: tuple[int, int] = getattr(comparison.launches[0], pick)
        new: tuple[int, int] = getattr(comparison.launches[-1], pick)
        return new[1] > LIMIT * saved[0]

    return slower


RULES: Iterable[tuple[str, Rule, Rule]] = (
    ("waitbench gate", _slower, _alarm),
    ("pytest-benchmark mean:5%", _as_used("mean_us"), _as_used("mean_us")),
    ("pytest-benchmark min:5%", _as_used("min_us"), _as_used("min_us")),
)
"""Each with what calls a benchmark slower and what is an alarm where nothing changed."""
