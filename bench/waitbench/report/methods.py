"""How the figures came about, in a paragraph written from what was really done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.report import aa_control
from waitbench.report.environment import environment, join
from waitbench.report.rerun_command import foreign
from waitbench.stats.estimates import MANY_LAUNCHES

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Methods, Summary

ERROR_P50, ERROR_P99 = "target_error_p50_ns", "target_error_p99_ns"
"""How much later than asked for the target answered, of a round."""


def methods(summary: Summary) -> str:
    """Return the paragraph on how the figures came about, from what was really done."""
    done = summary.methods
    if foreign(summary):
        return (
            f"{formatting.count(done.rounds, 'timed round')} by pytest-benchmark, whose "
            "medians are "
            "shown: one process, one benchmark after the other. Nothing here is compared."
        )
    parts = [
        f"{formatting.count(done.rounds, 'timed round')}: per contestant up to "
        f"{formatting.count(done.most_launches, 'launch', 'launches')} (fresh processes) and "
        f"{formatting.count(done.blocks, 'block')}"
        + (f", shuffled by seed {done.seed}." if done.seed is not None else "."),
        _estimator(summary),
        _correction(done),
        f"Rounds with errors, counted and not timed: {done.failed_rounds or 'none'}.",
    ]
    parts += [_disturbed(summary), _exclusions(summary), aa_control.line(summary)]
    parts += [_precision(summary), _place(summary)]
    return " ".join(filter(None, parts))


def _estimator(summary: Summary) -> str:
    share = f"{summary.methods.confidence * 100:g} %"
    alone = (
        "One launch only, so intervals are over its rounds and blocks and cannot show how much "
        "launches differ."
    )
    if summary.methods.launches == 1:
        return (
            "Wall: median of the rounds. Ratio: medians paired within each block, averaged as "
            f"logarithms; {share} intervals by Student's t. {alone}"
        )
    many = (
        f" Where there are {MANY_LAUNCHES} launches or more: the median of the logarithms per "
        "launch, and of the launches the mean without a fifth at either end."
    )
    return (
        "Wall: geometric mean of the launches' medians. Ratio: medians paired within each block, "
        f"averaged as logarithms per launch; {share} intervals by Student's t over launches, "
        "never narrower than the blocks alone allow"
        f"{_launch_variance(summary)}."
        f"{many if summary.methods.most_launches >= MANY_LAUNCHES else ''}"
    )


def _correction(done: Methods) -> str:
    over = formatting.count(done.comparisons, "comparison")
    if done.families < 2:  # noqa: PLR2004  it takes two to be several
        return f"Verdicts: Holm's correction over {over}."
    return (
        f"Verdicts: Holm's correction over {over} in {done.families} families, the main suites "
        "together and each of the others by itself."
    )


def _disturbed(summary: Summary) -> str:
    done = summary.methods
    if not done.disturbed:
        return ""
    out = f", {done.left_out} of them left out for an undisturbed one in the same block"
    return (
        f"Rounds beside other work: {done.disturbed} of {done.rounds + done.left_out}"
        f"{out if done.left_out else ''}."
    )


def _exclusions(summary: Summary) -> str:
    """Return how many rows no verdict and no finding leans on."""
    rows = [row for scenario in summary.scenarios for row in scenario.rows]
    held = sum(bool(row.wall) and not row.sound for row in rows)
    lost = sum(row.wall is None for row in rows)
    counts = [
        f"{formatting.count(held, 'row')} that the target or the generator held back"
        if held
        else "",
        f"{formatting.count(lost, 'row')} without a time" if lost else "",
    ]
    excluded = formatting.listing(list(filter(None, counts)))
    return f"No verdict leans on {excluded}." if excluded else ""


def _precision(summary: Summary) -> str:
    """Return how late the target answered, over all timed rounds that it took part in."""
    rounds = summary.run.rounds if summary.run else None
    if rounds is None or not {ERROR_P50, ERROR_P99} <= set(rounds.columns):
        return ""
    talked = rounds[rounds["timed"].astype(bool)].dropna(subset=[ERROR_P50, ERROR_P99])
    if talked.empty:
        return ""
    middle, tail = (
        formatting.duration(float(talked[name].median())) for name in (ERROR_P50, ERROR_P99)
    )
    return (
        f"The target answered {middle} late at the median and {tail} at the 99th percentile "
        f"(medians of {formatting.count(len(talked), 'round')})."
    )


def _place(summary: Summary) -> str:
    """Return where and with what the run was measured."""
    facts = dict(environment(summary))
    version = summary.run.meta.get("version") if summary.run else None
    python = facts.get("Python", "").replace(", with", " with")
    tools = formatting.listing([name for name in (f"waitbench {version}", python) if name])
    place = f" on {facts['CPU']}" if facts.get("CPU") else ""
    return f"Measured by {tools}{place}." if version else ""


def citation(summary: Summary) -> str:
    """Return the line by which a text can cite this run."""
    run = summary.run
    version = run.meta.get("version") if run else None
    seed = summary.methods.seed
    facts = dict(environment(summary))
    return (
        join(
            [
                f"waitbench {version}" if version else "waitbench",
                f"results file {summary.path.name}",
                f"measured {run.day}" if run and run.day else None,
                f"commit {facts['Commit']}" if "Commit" in facts else None,
                f"seed {seed}" if seed is not None else None,
                facts.get("CPU"),
                facts.get("Python"),
            ]
        )
        + "."
    )


def _launch_variance(summary: Summary) -> str:
    luck = summary.methods.luck
    if luck is None:
        return ""
    apart = formatting.percent(luck.variance**0.5)
    worth = formatting.count(luck.launches, "more launch", "more launches")
    return (
        f", or with the spread of launches in the median row ({apart}) as {worth} of each, where "
        "that is narrower (then both at half the error)"
    )
