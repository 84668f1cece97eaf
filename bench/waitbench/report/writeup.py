"""An article-ready draft in Markdown: claims, verdicts, figures, tables, methods and doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.presentation import markdown
from waitbench.report import (
    claims_table,
    environment,
    headlines,
    methods,
    prose,
    rerun_command,
    suites,
    tables,
    threats,
)
from waitbench.report.answers import because, effect, of_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.presentation.picture import Picture
    from waitbench.report.answers import Answer

TITLE = "Does this Python work need sync code, threads, processes or asyncio?"
LISTING = (
    "Its quotes are typographic (“ and ”), which Python refuses: as printed, it does not run.",
    "Its second listing leans on `urls`, which only the first defines: alone it fails.",
    "It calls `status()`: in aiohttp a response's `status` is an attribute, not a method.",
    (
        "It says that calling an async function creates a task. It creates a coroutine object, "
        "of which nothing runs until it is awaited or scheduled; `calling-makes-a-task` tells."
    ),
)
"""Faults of the article whose claims these are; they are read, not measured."""
CONDITIONS = 6
"""So many conditions and rows are named; the rest is counted."""


def draft(
    summary: Summary,
    findings: Sequence[Finding],
    pictures: Sequence[Picture],
    *,
    again: str,
    files: Sequence[tuple[str, str]],
) -> str:
    """Write the draft.

    Args:
        summary: of the run.
        findings: on it.
        pictures: whose files are `figures/NAME.svg`.
        again: the command that writes this folder from the results.
        files: what else is in the folder, name and what it is.
    """
    answered = of_run(summary, findings)
    measured = [answer for answer in answered if answer.measured]
    parts = [f"# {TITLE}", *_short(answered, summary)]
    if findings:
        parts += ["## The claims, decided", *claims_table.markdown(answered)]
        parts += [part for answer in measured for part in _claim(answer)]
    parts += _figures(pictures)
    parts += _main_tables(summary)
    parts += ["## Methods", markdown.text(methods.methods(summary))]
    facts = [
        (markdown.text(name), markdown.text(text))
        for name, text in environment.environment(summary)
    ]
    parts.append("\n".join(["| | |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in facts)]))
    parts += ["## Threats to validity", markdown.bullets(threats.threats(summary))]
    parts += ["## How to reproduce", *_reproduce(summary, again, files)]
    parts += [
        "## Faults of the article's own listing",
        "\n".join(f"- {fault}" for fault in LISTING),
    ]
    parts += ["## How to cite", markdown.text(methods.citation(summary))]
    return "\n\n".join(filter(None, parts)) + "\n"


def _short(answered: Sequence[Answer], summary: Summary) -> list[str]:
    """Open with the few findings that matter most: a figure, a sentence, how sure."""
    lines = []
    for headline in headlines.headlines(answered, summary.methods.confidence):
        sure, of = markdown.text(headline.sure), markdown.text(headline.of)
        interval = f" ({sure})" if sure else ""
        before = f" {formatting.begun(of)}:" if of else ""
        figure = f"**{markdown.text(headline.figure)}**"
        figure = f"{before} {figure}{interval}." if headline.figure else ""
        asked, why = markdown.text(headline.asks), markdown.text(headline.sentence)
        word = headline.verdict if figure or not headline.sure else f"{headline.verdict}, {sure}"
        lines.append(f"- *{word}*: {asked}{figure} {why}")
    if not lines:
        return ["These results decide none of the claims; what they hold is below."]
    return ["## In short", "\n".join(lines)]


def _claim(answer: Answer) -> list[str]:
    parts = [
        f"### {markdown.text(answer.claim.id)}: {answer.word}{because(answer)}",
        f"> {markdown.text(answer.claim.asks)}",
    ]
    finding = answer.alone
    if finding:
        parts.append(markdown.text(finding.sentence))
        if figure := effect(finding):
            parts.append(f"Effect: **{markdown.text(figure)}**.")
        if finding.conditions:
            parts.append(f"Under: {markdown.text(_first_few(finding.conditions))}.")
    else:
        parts.append(f"{markdown.text(answer.brief or '')}.")
    parts.append(f"Rows it leans on: {markdown.text(_first_few(answer.evidence))}.")
    return parts


def _first_few(names: Sequence[str]) -> str:
    return "; ".join(formatting.shortlist(names, CONDITIONS))


def _figures(pictures: Sequence[Picture]) -> list[str]:
    parts = ["## Figures"] if pictures else []
    for number, picture in enumerate(pictures, 1):
        title = markdown.text(picture.title)
        parts.append(f"![{title}](figures/{picture.name}.svg)")
        parts.append(
            f"**Figure {number}. {title}.** {markdown.text(picture.caption)} "
            f"*{markdown.text(picture.reading)}*"
        )
    return parts


def _main_tables(summary: Summary) -> list[str]:
    """Return the tables of the main suites; those of the others are in the files."""
    front = suites.arranged(summary).front
    parts = ["## Tables"]
    heads: set[str] = set()
    for suite, scenarios in front.suites.items():
        parts.append(f"### {markdown.text(suites.title(suite))}")
        for scenario in scenarios:
            columns = tables.columns(scenario)
            heads |= {column.head for column in columns}
            title = f"{markdown.text(scenario.name)}: {markdown.text(tables.title(scenario))}"
            parts += [f"**{title}.**", markdown.table(columns)]
    aid = [f"{word}: {text}" for word, text in prose.reading(front, heads)]
    return [*parts, markdown.bullets(aid)] if heads else []


def _reproduce(summary: Summary, again: str, files: Sequence[tuple[str, str]]) -> list[str]:
    commands = "\n".join(
        [
            f"{rerun_command.command(summary)}    # measures the same again",
            f"{again}    # writes this folder again, from the same results",
            "sha256sum -c MANIFEST.sha256    # whether its files are those that were written",
        ]
    ).replace("```", "'''")
    return [f"```sh\n{commands}\n```", "\n".join(f"- `{name}`: {text}" for name, text in files)]
