"""How the figures came about, in a paragraph written from what was really done."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.report import aa_control, machine_tables
from waitbench.report.environment import environment, join
from waitbench.report.rerun_command import foreign
from waitbench.results.validity import timed
from waitbench.stats.estimates import MANY_LAUNCHES

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Methods, Summary

ERROR_P50, ERROR_P99 = "error_p50_ns", "error_p99_ns"
"""How much later than asked for the target answered, of a round."""


def methods(summary: Summary) -> str:
    """Return the paragraph on how the figures came about, from what was really done."""
    done = summary.methods
    if foreign(summary):
        return (
            f"{formatting.count(done.rounds, 'timed round')} by {tool(summary)}, whose medians "
            "are shown: one benchmark after the other. Nothing here is compared."
        )
    parts = [
        f"{formatting.count(done.rounds, 'timed round')}: per contestant up to "
        f"{formatting.count(done.most_launches, 'launch', 'launches')} (fresh processes) and "
        f"{formatting.count(done.blocks, 'block')}"
        + (f", shuffled by seed {done.seed}." if done.seed is not None else "."),
        _estimator(summary),
        machine_tables.method(summary),
        _correction(done),
        f"Rounds with errors, counted and not timed: {done.failed_rounds or 'none'}.",
    ]
    parts += [_disturbed(summary), _exclusions(summary), aa_control.line(summary)]
    parts += [_precision(summary), _place(summary)]
    return " ".join(filter(None, parts))


def tool(summary: Summary) -> str:
    """Return who measured: ourselves, or the tool whose file it is."""
    run = summary.run
    if run and run.plain and run.others:
        return run.others.measured_by
    return f"waitbench {version}" if run and (version := run.meta.get("version")) else "waitbench"


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
    bounds = "; of what was held back only the bound counts" if held else ""
    return f"No verdict leans on {excluded}{bounds}." if excluded else ""


def _precision(summary: Summary) -> str:
    """Return how late the target answered, over all timed rounds that it took part in."""
    errors = [
        (stats.get(ERROR_P50), stats.get(ERROR_P99))
        for record in (summary.run.contestants if summary.run else ())
        for stats in (round_.target or {} for round_ in timed(record.rounds))
    ]
    talked = [pair for pair in errors if None not in pair]
    if not talked:
        return ""
    middle, tail = (formatting.duration(median(figures)) for figures in zip(*talked, strict=True))
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
    seed = summary.methods.seed
    facts = dict(environment(summary))
    return (
        join(
            [
                tool(summary),
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
    shared = summary.methods.launch_variance
    if shared is None:
        return ""
    apart = formatting.percent(shared.variance**0.5)
    worth = formatting.count(shared.launches, "more launch", "more launches")
    return (
        f", or with the spread of launches in the median row ({apart}) as {worth} of each, where "
        "that is narrower (then both at half the error)"
    )
