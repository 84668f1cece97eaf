"""A summary in, out what stands above its report: the question, the answer, and what was run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.presentation import last_screen
from waitbench.report import closing, environment

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Summary

QUESTION = "Does this Python work need sync code, threads, processes or asyncio?"
WHERE = re.compile(r"(?: \[[^\]]*\])? in \S+?(?=;|$| \()")
"""The interval and the scenario of an answer."""
TITLED = 2
"""So many of its answers are in the title."""


def answer(summary: Summary) -> str:
    """Return who gained most on the baseline for waiting and for computing; else the question.

    It names all whom the last screen names, and whoever may be as fast or was held back.
    """
    answers = [
        f"{line.word}: {WHERE.sub('', line.text).replace('; ', ', ')}"
        for line in closing.winners(summary)
        if " times as fast as " in line.text
    ]
    first, *others = answers[:TITLED] or [QUESTION]
    return "; ".join([first, *(f"{text[:1].lower()}{text[1:]}" for text in others)])


def measured(summary: Summary) -> str:
    """Return in a line how much was run, on which machine, by which Python and build, and when."""
    done, facts = summary.methods, dict(environment.environment(summary))
    ran = (
        f"{formatting.count(len(summary.scenarios), 'scenario')}, "
        f"{formatting.count(done.rounds, 'timed round')}, "
        f"{formatting.count(done.most_launches, 'launch', 'launches')}"
    )
    machines = len(summary.run.machines) if summary.run else 0
    if machines > 1:
        ran += f" on {machines} machines"
    python = environment.join([facts.get("Python"), last_screen.build(summary.environment)])
    return " · ".join(filter(None, [ran, facts.get("CPU"), python, facts.get("Measured")]))
