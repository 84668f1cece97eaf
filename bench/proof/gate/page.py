"""The trials in, `results/proof/gate/README.md` out; the same trials, the same page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.proof.shares import share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bench.proof.gate.trials import Comparison, Trial

LIMIT = 1.05
"""Of `--benchmark-compare-fail=mean:5%` and `min:5%`."""

HOW_TO_READ = """\
Every trial is one call of `waitbench gate` on a few benchmarks of a small project, between its \
first commit and one that makes some of them slower by a known change, or none (`null`). \
A *false alarm* is a benchmark that the change leaves alone and that is called slower; *found* is \
one that it makes slower and that is called so. The other rules saw the same walls: as they are \
used, the first pair's base is the saved run and the last pair's head the new one. Every figure is \
a share with its exact 95 % interval (Clopper and Pearson) and its count."""

Rule = tuple[str, "Callable[[Comparison], bool | None]"]


def page(trials: Sequence[Trial]) -> str:
    """Write the page in Markdown; quiet trials and disturbed ones apart."""
    parts = ["# The proof of the gate", f"{len(trials)} trials.", "", HOW_TO_READ]
    for title, disturbed in (("Quiet", False), ("Beside a noisy neighbour", True)):
        mine = [one for one in trials if one.noisy == disturbed]
        if mine:
            parts += ["", f"## {title}", "", *_section(mine)]
    again = (
        "Again, or further: `scripts/prove gate --minutes 12`, with `--noisy` beside neighbours."
    )
    return "\n".join([*parts, "", again]) + "\n"


def _section(trials: Sequence[Trial]) -> Iterator[str]:
    compared = [one for trial in trials for one in trial.comparisons]
    null, slowed = ([one for one in compared if one.slowed is state] for state in (False, True))
    took = sorted(trial.took_s for trial in trials)
    yield f"{len(trials)} trials, {took[len(took) // 2]:.0f} s each at the median."
    yield ""
    yield "| rule | false alarms | slower ones found |"
    yield "| --- | --- | --- |"
    for name, rule in RULES:
        yield f"| {name} | {share(map(rule, null))} | {share(map(rule, slowed))} |"
    yield ""
    yield "| change | found by the gate | undecided | false alarms beside it |"
    yield "| --- | --- | --- | --- |"
    for change in dict.fromkeys(one.change for one in compared):
        hit = [one for one in slowed if one.change == change]
        rest = [one for one in null if one.change == change]
        open_ = share(one.word == "undecided" for one in hit)
        yield f"| {change} | {share(map(_ours, hit))} | {open_} | {share(map(_ours, rest))} |"


def _ours(one: Comparison) -> bool:
    return one.word == "slower"


def _as_used(pick: str) -> Callable[[Comparison], bool | None]:
    """pytest-benchmark's rule on one process each, apart in time."""

    def slower(one: Comparison) -> bool | None:
        if len(one.launches) < 2:  # noqa: PLR2004 - one before and one after
            return None
        saved: tuple[int, int] = getattr(one.launches[0], pick)
        new: tuple[int, int] = getattr(one.launches[-1], pick)
        return new[1] > LIMIT * saved[0]

    return slower


RULES: Iterable[Rule] = (
    ("waitbench gate", _ours),
    ("pytest-benchmark mean:5%", _as_used("mean_us")),
    ("pytest-benchmark min:5%", _as_used("min_us")),
)
