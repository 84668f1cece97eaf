"""A blocked step attributed to lines by its samples: its parts, and what each is named after."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from waitbench.doctor import source_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.doctor.blocked_steps import BlockedStep
    from waitbench.doctor.loop_thread import Mark, Sample

LATE = 0.5
"""A look that came late by more than this share of a hold was kept out by it."""
LEAST_PART = 5
"""A line that took a fifth of a step, and the threshold, is a hold of its own, if it is not the
only one. What took less goes with the line before it."""


def by_line(step: BlockedStep, threshold_ns: int) -> list[BlockedStep]:
    """Split a step that was long at several lines, each for itself; together they are all of it.

    Lines that were each short make one hold, as does a line that was met when a crowded machine
    gave the watchdog or the step a core again: the time until then is that of the line before.
    """
    if not step.samples:
        return [step]
    runs: list[list[Sample]] = []
    for sample in step.samples:
        if runs and _alike(runs[-1][-1].lines, sample.lines):
            runs[-1].append(sample)
        else:
            runs.append([sample])
    cuts = _cuts(runs)
    edges = [step.began_ns, *(cut.wall_ns for cut in cuts), step.began_ns + step.wall_ns]
    lines: list[list[Sample]] = []
    long: Sample | None = None  # the last of a line that took a fifth
    before: Sample | None = None
    for run, (start_ns, end_ns) in zip(runs, pairwise(edges), strict=True):
        wall_ns = end_ns - start_ns
        least_ns = max(step.wall_ns // LEAST_PART, threshold_ns)
        takes = wall_ns >= least_ns and _seen(run, wall_ns, before)
        if not lines or (takes and long and not _alike(long.lines, run[0].lines)):
            lines.append([])
        lines[-1].extend(run)
        long = run[-1] if takes else long
        before = run[-1]
    return [step] if len(lines) < 2 else _split(step, lines)  # noqa: PLR2004


def _seen(run: Sequence[Sample], wall_ns: int, before: Sample | None) -> bool:
    """Return whether a line was met twice, or kept the watchdog out: one look may be luck."""
    return len(run) > 1 or _kept_out_ns(run[0], before) > wall_ns * LATE


def _kept_out_ns(sample: Sample, before: Sample | None) -> int:
    """Return for how long a step kept a sample out, less what the step waited for a core itself."""
    waited_ns = sample.mark.queued_ns - before.mark.queued_ns if before else 0
    return sample.late_ns - waited_ns


def _cuts(runs: Sequence[Sequence[Sample]]) -> list[Mark]:
    """Return the clocks half-way between the last sample of each run and the first of the next."""
    return [run[-1].mark.towards(next_run[0].mark, 0.5) for run, next_run in pairwise(runs)]


def _split(step: BlockedStep, lines: Sequence[list[Sample]]) -> list[BlockedStep]:
    """Return a step for each line's samples, its clocks read from the first of them to the last."""
    cuts = _cuts(lines)
    edges = [step.began_ns, *(cut.wall_ns for cut in cuts), step.began_ns + step.wall_ns]
    split = []
    for at, samples in enumerate(lines):
        wall_ns = edges[at + 1] - edges[at]
        first = cuts[at - 1] if at else samples[0].mark
        last = cuts[at] if at < len(cuts) else samples[-1].mark
        scale = wall_ns / max(last.wall_ns - first.wall_ns, 1)
        split.append(
            replace(
                step,
                began_ns=edges[at],
                wall_ns=wall_ns,
                samples=samples,
                freed=0,  # nobody knows at which line
                cpu_ns=min((last.cpu_ns - first.cpu_ns) * scale, wall_ns),
                queued_ns=min((last.queued_ns - first.queued_ns) * scale, wall_ns),
                turns=(last.turns - first.turns) * scale,
            )
        )
    return split


def _alike(stack: Sequence[source_lines.Line], other: Sequence[source_lines.Line]) -> bool:
    """Return whether two samples met the same line, or two lines of the same loop in it."""
    here, there = source_lines.own(stack), source_lines.own(other)
    if here is None or there is None:
        return _key(stack) == _key(other)
    (code, line), (its_code, its_line) = stack[here], other[there]
    if code is not its_code:
        return False
    return line == its_line or any({line, its_line} <= lines for lines in source_lines.loops(code))


def _key(lines: Sequence[source_lines.Line]) -> object:
    own = source_lines.own(lines)
    return lines[own] if own is not None else tuple(lines[:1])


def commonest(step: BlockedStep) -> tuple[source_lines.Line, ...]:
    """Return the stack whose own line stands for the most time: from the sample before to its own.

    A step that holds the GIL lets nobody look before its end: that one look stands for all of it.
    Where nobody was kept out, the line changed half-way. Lines of one loop stand together.
    """
    stands: Counter[object] = Counter()
    met: dict[object, tuple[source_lines.Line, ...]] = {}
    before: Sample | None = None
    for sample in step.samples:
        key = _key(sample.lines)
        since_ns = sample.mark.wall_ns - (before.mark.wall_ns if before else step.began_ns)
        if before and _kept_out_ns(sample, before) <= since_ns * LATE:
            since_ns //= 2
            stands[_key(before.lines)] += since_ns
        stands[key] += since_ns
        met[key] = sample.lines
        before = sample

    def rank(key: object) -> tuple[bool, int, int]:
        alike = sum(stands[other] for other in met if _alike(met[other], met[key]))
        return source_lines.own(met[key]) is not None, alike, stands[key]

    return met[max(met, key=rank)] if met else ()
