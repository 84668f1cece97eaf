"""The records of both corpora in, `results/proof/advise/README.md` out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.proof.advisor import kinds, ways
from tests.proof.advisor.accuracy import Judged, accuracy, judged
from tests.proof.page import machines, table
from waitbench.formatting import percent, times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tests.proof.advisor.accuracy import Accuracy
    from tests.proof.advisor.kinds import KindRecord
    from tests.proof.advisor.trial import CaseRecord
    from tests.proof.advisor.ways import WaysRecord

TITLES = {"held_out": "Test corpus, never tuned on", "tuning": "Tuning corpus, in-sample"}

HOW = """\
Each function was first called alone in a fresh process. Then models ran it several times at once, \
in turn with calls alone: threads 2, 8 and 16, processes 2 and 8, a loop 8 and 16, for about a \
second each, two half before and half after the others. Calls alone that compute took turns on \
the cores. Beside hogs that says nothing of functions that compute: how these hinder each other \
is taken from what everyday Python showed on the machine before the hogs came; from other rounds \
the time is taken off that workers stood ready without a core. From that the queueing model \
predicted every cell. Only then was it raced, for longer and in new processes: paired blocks over \
seven launches, each after four calls of every worker that do not count, results compared with \
those alone. A cell is *times faster than sync*: predicted, and measured. The pick is the plainest \
model among those predicted within 5 % of the best, or sync where under 1.2 times are to be won; \
its regret is how much faster the best of the raced was. The advised one is what `waitbench \
advise` says in the end: it races sync and whoever is predicted to reach half of the best, and the \
race decides, here by the same times that it is judged by. The rule of thumb picks 16 threads \
where a call waits for half of its time or more, else 4 processes."""

WAYS = """\
The plain way knows nothing of the function: it races sync and a coarse grid of models and widths \
(threads and, where there is an async form, a loop at 4, 16 and 64, processes at 2, 4, 8 and 16; \
nobody wider than a round has calls) in fresh workers, then the better half, and so on down to \
two (successive halving, Jamieson and Talwalkar 2016). The advisor takes the function apart for \
about a third of its time, and then halves in the same way whoever is predicted to reach half of \
the best, the predicted widths among them. Each way had so many seconds for its whole \
work, one after the other, with turns in who began. Judged in a race of its own right afterwards, \
four launches of everybody that either picked, of the best cell of the long race above, and of \
the fastest in the plain way's first heat; the best is found in half of the launches and held \
against the picks in the other half, and the other way round. Again: `scripts/prove advise \
--ways`."""

KINDS = """\
Programs of which a naive figure is not that of the work, five kinds of them as public bug reports \
have them, and healthy twins: what does `waitbench advise` say? They are of the tuning corpus. \
Again: `scripts/prove advise --kinds`."""


def page(
    records: Sequence[tuple[Mapping[str, Any], CaseRecord]],
    programs: Sequence[KindRecord] = (),
    compared: Sequence[tuple[Mapping[str, Any], WaysRecord]] = (),
) -> str:
    """Return the page as Markdown; the same records make the same page.

    Args:
        records: of functions, each after the machine that it ran on.
        programs: what was said of programs that are not to be timed as they stand.
        compared: what the advisor and the plain way picked in the same seconds, each after the
            machine that it ran on.
    """
    raced = [case for _, case in records]
    parts = ["# The advisor's proof", _sentence(raced)]
    parts += ["## Goals", _goals(raced)]
    for beside in sorted({record["beside"] for record in raced}):
        for corpus, title in TITLES.items():
            functions = _judged(raced, corpus, beside)
            if functions:
                where = f", beside {beside} hogs" if beside else ""
                parts += [f"## {title}{where}", _functions(functions)]
    if compared:
        unseen = [case for case in raced if (case["corpus"], case["beside"]) == ("held_out", 0)]
        parts += [
            "## In half a minute, beside the plain way",
            WAYS,
            ways.section([record for _, record in compared], unseen),
        ]
    if programs:
        parts += ["## Is it the work that is timed?", KINDS, kinds.section(programs)]
    parts += [
        "## How it was measured",
        HOW,
        *machines(machine for machine, _ in (*records, *compared)),
    ]
    parts.append("Again, or further: `scripts/prove advise`; beside hogs: `--hogs 3`.")
    return "\n\n".join(parts) + "\n"


def _judged(raced: Sequence[CaseRecord], corpus: str, beside: int) -> list[Judged]:
    return [
        judged(record)
        for record in raced
        if (record["corpus"], record["beside"]) == (corpus, beside)
    ]


def _sentence(raced: Sequence[CaseRecord]) -> str:
    figures = accuracy(_judged(raced, "held_out", 0))
    if figures is None:
        return "Nothing of the test corpus has been raced yet: `scripts/prove advise`."
    return (
        f"On {figures.functions} functions that it was never tuned on, predicted speed-ups were "
        f"off by {percent(figures.median_off)} in the middle; {figures.near} of {figures.cells} "
        "lay within 25 %. Its pick was within 10 % of the best for "
        f"{_share(figures.good, figures.functions)}, with a "
        f"mean regret of {percent(figures.mean_regret)}; what it advises after its "
        f"race for {figures.advised_good}, with {percent(figures.advised_mean_regret)}. The "
        "mean regret of the rule *waiting half of the time: threads, else processes* is "
        f"{percent(figures.rule_mean_regret)}."
    )


def _goals(raced: Sequence[CaseRecord]) -> str:
    tuned, unseen = accuracy(_judged(raced, "tuning", 0)), accuracy(_judged(raced, "held_out", 0))
    beside = accuracy(_judged(raced, "held_out", 3))
    header = ("", "goal", "test corpus", "tuning corpus, in-sample", "rule of thumb, test corpus")
    rows = [
        (
            name,
            goal,
            *(_figure(figures, ours) for figures in (unseen, tuned)),
            _figure(unseen, rule),
        )
        for name, goal, ours, rule in _LINES
    ]
    error = percent(beside.median_off) if beside else "-"
    rows.append(("median error, beside three hogs", "≤ 12 %", error, "-", "-"))
    return table(header, rows)


def _figure(figures: Accuracy | None, tell: Callable[[Accuracy], str] | None) -> str:
    return tell(figures) if figures and tell else "-"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}"


_LINES: tuple[tuple[str, str, Callable[[Accuracy], str], Callable[[Accuracy], str] | None], ...] = (
    ("median error of a predicted speed-up", "≤ 8 %", lambda a: percent(a.median_off), None),
    (
        "cells within 25 %",
        "≥ 85 %",
        lambda a: f"{_share(a.near, a.cells)} ({percent(a.near / a.cells)})",
        None,
    ),
    (
        "picks, before the race: within 10 % of the best",
        "≥ 15 of 16",
        lambda a: _share(a.good, a.functions),
        lambda a: _share(a.rule_good, a.functions),
    ),
    (
        "mean regret",
        "≤ 3 %",
        lambda a: percent(a.mean_regret),
        lambda a: percent(a.rule_mean_regret),
    ),
    (
        "worst regret",
        "≤ 35 %",
        lambda a: percent(a.worst_regret),
        lambda a: percent(a.rule_worst_regret),
    ),
    (
        "advised, after the race: within 10 % of the best",
        "≥ 15 of 16",
        lambda a: _share(a.advised_good, a.functions),
        None,
    ),
    ("its mean regret", "≤ 3 %", lambda a: percent(a.advised_mean_regret), None),
    ("its worst regret", "≤ 35 %", lambda a: percent(a.advised_worst_regret), None),
    (
        "wait share within 5 points of the race's",
        "all",
        lambda a: _share(a.shares_near, a.shares) if a.shares else "-",
        None,
    ),
)


def _functions(functions: Sequence[Judged]) -> str:
    header = (
        "function",
        "waits",
        "cells: predicted (measured)",
        "pick",
        "best",
        "regret",
        "advised",
        "regret",
        "rule's",
    )
    return table(header, _rows(functions))


def _rows(functions: Sequence[Judged]) -> Iterator[tuple[str, ...]]:
    for function in functions:
        cells = ", ".join(
            f"{name} {times(predicted)} ({times(measured)})"
            for name, (predicted, measured) in function.cells.items()
        )
        yield (
            function.name,
            percent(function.waiting),
            cells,
            function.pick,
            function.best,
            percent(function.regret),
            function.advised,
            percent(function.advised_regret),
            percent(function.rule_regret),
        )
