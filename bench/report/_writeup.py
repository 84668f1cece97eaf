"""An article-ready draft in Markdown: claims, verdicts, figures, tables, methods and doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import wording
from bench.findings import claims
from bench.findings._answers import answers
from bench.report import (
    _again,
    _claims,
    _environment,
    _lead,
    _markup,
    _methods,
    _prose,
    _suites,
    _tables,
    _threats,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.charts import Picture
    from bench.comparison import Summary
    from bench.findings import Finding
    from bench.findings._answers import Answer

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
    answered = answers(claims(), findings, summary.methods.launches)
    measured = [answer for answer in answered if answer.measured]
    parts = [f"# {TITLE}", *_short(answered, summary)]
    if findings:
        parts += ["## The claims, decided", *_claims.markdown(answered)]
        parts += [part for answer in measured for part in _claim(answer)]
    parts += _figures(pictures)
    parts += _main_tables(summary)
    parts += ["## Methods", _markup.text(_methods.methods(summary))]
    facts = [
        (_markup.text(name), _markup.text(text)) for name, text in _environment.environment(summary)
    ]
    parts.append("\n".join(["| | |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in facts)]))
    parts += ["## Threats to validity", _markup.bullets(_threats.threats(summary))]
    parts += ["## How to reproduce", *_reproduce(summary, again, files)]
    parts += [
        "## Faults of the article's own listing",
        "\n".join(f"- {fault}" for fault in LISTING),
    ]
    parts += ["## How to cite", _markup.text(_methods.citation(summary))]
    return "\n\n".join(filter(None, parts)) + "\n"


def _short(answered: Sequence[Answer], summary: Summary) -> list[str]:
    """Open with the few findings that matter most: a figure, a sentence, how sure."""
    lines = []
    for headline in _lead.headlines(answered, summary.methods.confidence):
        sure = f" ({_markup.text(headline.sure)})" if headline.sure else ""
        figure = f" **{_markup.text(headline.figure)}**{sure}." if headline.figure else ""
        asked, why = _markup.text(headline.asks), _markup.text(headline.sentence)
        lines.append(f"- *{headline.verdict}*: {asked}{figure} {why}")
    if not lines:
        return ["These results decide none of the claims; what they hold is below."]
    return ["## In short", "\n".join(lines)]


def _claim(answer: Answer) -> list[str]:
    parts = [
        f"### {_markup.text(answer.claim.id)}: {answer.verdict}",
        f"> {_markup.text(answer.claim.asks)}",
    ]
    finding = answer.alone
    if finding:
        parts.append(_markup.text(finding.sentence))
        if finding.effect is not None:
            effect = wording.effect(finding.effect, finding.interval, finding.unit)
            parts.append(f"Effect: **{_markup.text(effect)}**.")
        if finding.conditions:
            parts.append(f"Under: {_markup.text(_first_few(finding.conditions))}.")
    else:
        parts.append(f"{_markup.text(answer.brief or '')}.")
    parts.append(f"Rows it leans on: {_markup.text(_first_few(answer.evidence))}.")
    return parts


def _first_few(names: Sequence[str]) -> str:
    more = len(names) - CONDITIONS
    shown = "; ".join(names[:CONDITIONS])
    return f"{shown}; and {more} more" if more > 0 else shown


def _figures(pictures: Sequence[Picture]) -> list[str]:
    parts = ["## Figures"] if pictures else []
    for number, picture in enumerate(pictures, 1):
        title = _markup.text(picture.title)
        parts.append(f"![{title}](figures/{picture.name}.svg)")
        parts.append(
            f"**Figure {number}. {title}.** {_markup.text(picture.caption)} "
            f"*{_markup.text(picture.reading)}*"
        )
    return parts


def _main_tables(summary: Summary) -> list[str]:
    """Return the tables of the main suites; those of the others are in the files."""
    front = _suites.arranged(summary).front
    parts = ["## Tables"]
    heads: set[str] = set()
    for suite, scenarios in front.suites.items():
        parts.append(f"### {_markup.text(_suites.title(suite))}")
        for scenario in scenarios:
            columns = _tables.columns(scenario)
            heads |= {column.head for column in columns}
            title = f"{_markup.text(scenario.name)}: {_markup.text(_tables.title(scenario))}"
            parts += [f"**{title}.**", _markup.table(columns)]
    aid = [f"{word}: {text}" for word, text in _prose.reading(front, heads)]
    return [*parts, _markup.bullets(aid)] if heads else []


def _reproduce(summary: Summary, again: str, files: Sequence[tuple[str, str]]) -> list[str]:
    commands = "\n".join(
        [
            f"{_again.command(summary)}    # measures the same again",
            f"{again}    # writes this folder again, from the same results",
            "sha256sum -c MANIFEST.sha256    # whether its files are those that were written",
        ]
    ).replace("```", "'''")
    return [f"```sh\n{commands}\n```", "\n".join(f"- `{name}`: {text}" for name, text in files)]
