"""What every ending has to be like, whatever was done: the one set of rules of this proof."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.proof.faults.trial import MISTAKE, STOPPED
from waitbench.results import journal
from waitbench.results.foreign_text import STEERING, plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.proof.faults.trial import Ending, Trial

TRACEBACK = b"Traceback (most recent call last)"
RENAMED = re.compile(r"^waitbench: --\S+ is --\S+ .* ?now$")
"""A note on an option that has another name by now."""
OURS = b"/waitbench/"
"""In the traceback of an interpreter that had begun with our code when it was stopped."""
PART = ".part"
NOTHING = re.compile(rb"before anything was measured|^waitbench: stopped\s*$")
"""What a run says that was stopped so early that there is nothing to keep."""
USUAL = "\n\t"
"""Control signs that our own texts have."""


def faults(trial: Trial, ending: Ending) -> tuple[str, ...]:
    """Return what is wrong with an ending, a sentence each."""
    return tuple(_faults(trial, ending))


def _faults(trial: Trial, ending: Ending) -> Iterator[str]:
    complaint = ending.complaint.decode(errors="backslashreplace")
    if ending.hung:
        yield f"it did not end within {trial.limit_s:g} s"
    elif ending.status not in trial.statuses:
        yield f"status {ending.status}, right are {sorted(trial.statuses)}: {complaint[-300:]}"
    early = trial.stop and b"KeyboardInterrupt" in ending.complaint and OURS not in ending.complaint
    if TRACEBACK in ending.complaint + ending.output and not early:
        yield f"a traceback: {complaint.strip().splitlines()[-1:]}"
    if ending.status == MISTAKE and not trial.stop and not trial.output:
        lines = [line for line in complaint.strip().splitlines() if not RENAMED.search(line)]
        shown = trial.words[0] == "gate" and ending.output  # it compared nothing, and says so
        if not (1 <= len(lines) <= trial.lines or shown):
            yield f"{len(lines)} lines say what is wrong: {complaint[:400]!r}"
    for process in ending.processes:
        yield f"a process was left: {process}"
    for name in () if trial.killed else ending.left:
        yield f"left behind: {name}"
    yield from _in_texts(trial, ending)
    yield from _of_files(trial, ending)


def _in_texts(trial: Trial, ending: Ending) -> Iterator[str]:
    """Yield signs that steer a reader's screen, in what was printed and in what was written."""
    if "FORCE_COLOR" in trial.environ:
        return
    texts = {"the output": ending.output, "the complaint": ending.complaint, **ending.made}
    for name, content in texts.items():
        text = content.decode(errors="replace")
        if "\0" in text[:1000] or name.endswith((".png", ".pdf", ".gz", ".pyc", ".html")):
            continue
        sign = next((sign for sign in STEERING.findall(text) if sign not in USUAL), None)
        if sign:
            yield f"{sign!r} stands in {plain(name)}"


def _of_files(trial: Trial, ending: Ending) -> Iterator[str]:
    for name in () if trial.killed else ending.made:
        told = (
            name.encode(errors="replace") in ending.complaint
        )  # as the place where what was measured was kept
        if name.endswith((PART, ".journal")) and not told:
            yield f"a half-written file was left: {name}"
    if trial.kept:
        yield from _of_results(trial, ending)
    if trial.older and ending.made.get(trial.older) == b"":
        yield f"the older {trial.older} is empty now"
    if trial.older.endswith(".json") and trial.older in ending.made:
        try:
            json.loads(ending.made[trial.older])
        except ValueError:
            yield f"the older {trial.older} is no whole file now"


def _of_results(trial: Trial, ending: Ending) -> Iterator[str]:
    """Yield what is wrong with the results of a run that was stopped, or lost a part of itself."""
    content = ending.made.get(trial.kept)
    if ending.status in {0, 1} and b"nothing was measured" not in ending.complaint:
        if content is None:
            yield f"there is no {trial.kept}: {ending.complaint[-300:]!r}"
    elif ending.status == STOPPED and not NOTHING.search(ending.complaint):
        if content is None:
            yield f"nothing was kept: {ending.complaint[-300:]!r}"
        elif not json.loads(content)["waitbench"]["interrupted"]:
            yield "the results do not say that it was stopped"
    if trial.killed:
        for name, text in ending.made.items():
            if name.endswith(".journal") and text.count(b"\n") > 1:
                try:
                    journal.document(Path(name), text.decode())
                except (BenchError, UnicodeDecodeError) as fault:
                    yield f"the journal cannot be read: {fault}"
