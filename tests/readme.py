"""Makes the README's table and screen, and the example's report: `python -m tests.readme`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import atomic_file, formatting, registry
from waitbench.analysis.comparison import MAIN
from waitbench.commands._results import read
from waitbench.presentation import last_screen
from waitbench.presentation.terminal import written
from waitbench.presentation.vega import drawn
from waitbench.pytest_plugin.run_options import timed
from waitbench.report import bars, closing, environment, prose, render, tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.findings import Finding

CHECKOUT = Path(__file__).resolve().parents[1]
README = CHECKOUT / "README.md"
EXAMPLE = CHECKOUT / "results" / "example"
PICTURES = {"speedup": README, "waterfall": CHECKOUT / "docs" / "reports.md"}
"""Pictures of the example, and the text that shows each."""
MODELS = ("sync", "threads", "processes", "asyncio")
SHOWN = (
    "http-50ms-n32-c32",
    "http-200ms-n5-c5",
    "mixed-20ms-50000-n32-c16",
    "compute-25000-n8-c2",
    "digest-4MB-n8-c2",
)
"""Rows of the table: waiting, both, computing with and without Python's lock."""


def blocks(summary: Summary, findings: list[Finding]) -> dict[str, str]:
    """Return what stands between the marks of the README, by the name of the mark."""
    return {"table": table(summary, findings), "screen": screen(summary, findings)}


def table(summary: Summary, findings: list[Finding]) -> str:
    """Return a row for each scenario that is shown: the models' times faster, and who won."""
    sentences = prose.by_place(findings)
    main = (scenario for scenario in summary.scenarios if scenario.suite in MAIN)
    scenarios = {scenario.name: scenario for scenario in main}
    return "\n".join(
        [
            f"| a batch of | {' | '.join(MODELS)} | who wins |",
            f"| --- |{' ---: |' * len(MODELS)} --- |",
            *(_line(scenarios[name], sentences[bars.place(scenarios[name])]) for name in SHOWN),
            "",
            f"Measured by `waitbench run --full` on {_machine(summary)}.",
        ]
    )


def screen(summary: Summary, findings: list[Finding]) -> str:
    """Return the last lines of the run, as an 80-column terminal shows them."""
    answer = closing.lines(summary, findings, timed)
    shown = written(lambda console: last_screen.show(console, answer), width=80, color=False)
    return f"```text\n{shown.rstrip()}\n```"


def replaced(text: str, made: Mapping[str, str]) -> str:
    """Return the text with each block put between its marks."""
    for name, block in made.items():
        begin, end = f"<!-- {name}: begin -->\n", f"\n<!-- {name}: end -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        (old,) = pattern.findall(text)
        text = text.replace(old, f"{begin}{block}{end}")
    return text


def _line(scenario: Comparison, sentence: str) -> str:
    cells = [_cell(row) if (row := scenario.row(name)) else "-" for name in MODELS]
    what, *_, waits = tables.title(scenario).split("; ")
    return f"| {what}; {waits} | {' | '.join(cells)} | {_who(sentence)} |"


def _cell(row: Row) -> str:
    """Write the baseline's time; of any other, how many times as fast, and a doubt about it."""
    mark = "" if row.sound else tables.HELD_BACK
    if row.ratio is None:
        return f"{formatting.duration(row.wall.value)}{mark}" if row.wall else "no time"
    ratio = formatting.ratio(row.ratio.value, row.ratio.interval)
    doubt = f" {tables.verdict(row)}" if tables.verdict(row) in {"undecided", "same"} else ""
    return f"{ratio}{doubt}{mark}"


def _who(sentence: str) -> str:
    """Return what comes before the time: `asyncio won`; undecided where another may have."""
    if " may be as fast" in sentence:
        return "undecided"
    return sentence.partition(" in ")[0].rstrip(",")


def _machine(summary: Summary) -> str:
    """Return machine, Python, its build and the day, as the file has them."""
    facts = dict(environment.environment(summary))
    run = json.loads((EXAMPLE / "run.json").read_text(encoding="utf-8"))
    made = run["machine_info"]
    built = f"{made['python_compiler']}, {' '.join(made['python_build'][1].split()[:3])}"
    where = f"{facts['CPU']} ({facts['System']})"
    return f"{where}, {facts['Python']} (built by {built}), on {run['datetime'][:10]}"


def files(summary: Summary, findings: list[Finding]) -> dict[Path, bytes]:
    """Return what stands beside the example's data: its report, and the pictures that are shown."""
    pictures = {name: registry.load("charts", name).draw(summary) for name in PICTURES}
    return {EXAMPLE / "report.md": render("markdown", summary, findings).encode()} | {
        EXAMPLE / "figures" / f"{name}.svg": drawn(picture, "svg")
        for name, picture in pictures.items()
    }


if __name__ == "__main__":
    example = read(EXAMPLE / "run.json")
    text = replaced(README.read_text(encoding="utf-8"), blocks(*example))
    for path, content in {README: text.encode(), **files(*example)}.items():
        atomic_file.write(path, content)
