"""The claim that started it all: a web app that blocks slows to a crawl, asyncio holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import load_curve
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._computing import computing
from waitbench.findings._gains import longer
from waitbench.findings._load_outcomes import load_outcomes
from waitbench.findings._verdicts import with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.load_curve import LoadSeries
    from waitbench.findings._computing import Computing
    from waitbench.findings._load_outcomes import LoadOutcome, LoadState

PLACE = 15
CLAIM = "blocking-app-crawls"
ASKS = (
    "A web app that blocks slows to a crawl under a moderately higher load; the asyncio version "
    "holds."
)
SUITES = ("serving",)
BLOCKING, ASYNCIO, FORGETFUL = "sync", "asyncio", "asyncio-blocking"
WAIT, COMPUTE, QUERY = "wait", "compute", "query"
MODERATE = 10.0
"""Up to so many times the load at which the blocking app is half busy is moderately higher."""


def find(summary: Summary) -> Finding:
    """See who holds the highest of the moderately higher loads, of 20 ms of waiting a request.

    Load is counted in times of the rate at which one worker, one request at a time, is half busy;
    up to 10 times that is moderately higher. A server holds where the mean time of a request,
    from when it was due, surely is no more than twice its work; it crawls from five times on. The
    claim is refuted where the blocking app does not crawl or the asyncio one does; supported where
    only what awaits holds; conditional where other ways of serving hold as well, where a blocking
    call left in a coroutine crawls like the rest, or where computing gains nothing. The knee, with
    its interval, is the highest rate at which p99 stays within five times the work.
    """
    waiting = _series(summary, WAIT)
    load = _load(waiting) if waiting else None
    outcomes = load_outcomes(waiting, load) if waiting and load else {}
    if waiting is None or load is None or BLOCKING not in outcomes or ASYNCIO not in outcomes:
        why = "How web servers fare under rising load was not measured in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    verdict, conditions = _decide(outcomes, summary)
    blocking, asyncio = outcomes[BLOCKING], outcomes[ASYNCIO]
    knee = asyncio.curve.rows.get(load_curve.KNEE)
    row = knee or asyncio.curve.rows[load]
    ratio = row.ratio if row.sound else None
    measure = "requests a second that asyncio holds" if knee else f"asyncio's answers at {load}"
    sentences = [_story(waiting, load, blocking, asyncio), _others(outcomes), _knees(waiting)]
    sentences += [busy.sentence for work in (COMPUTE, QUERY) if (busy := _busy(summary, work))]
    if verdict == "undecided":
        sentences.append(f"{longer(summary, *SUITES)} would narrow it.")
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=" ".join(filter(None, sentences)),
        brief=_brief(verdict, load, outcomes),
        effect=ratio.value if ratio else None,
        effect_of=measure,
        unit="times as many as sync" if knee else "times",
        interval=ratio.interval if ratio else None,
        evidence=tuple(
            f"{WAIT}-{name.replace(' ', '-')}/{outcome.model}"
            for outcome in outcomes.values()
            for name, row in outcome.curve.rows.items()
            if row.sound
        ),
        conditions=(
            f"requests that wait {formatting.duration(waiting.time_ns)}",
            f"{load} the load at which one blocking worker is half busy",
            *conditions,
        ),
    )


def _series(summary: Summary, work: str) -> LoadSeries | None:
    of = (series for series in load_curve.load_series(summary) if series.suite in SUITES)
    return next((series for series in of if series.work == work), None)


def _load(series: LoadSeries) -> str | None:
    """Return the highest load that still is moderately higher; None where only lower ones are."""
    higher = [multiple for multiple in series.multiples if 1 < multiple <= MODERATE]
    return load_curve.name(max(higher)) if higher else None


def _decide(
    outcomes: dict[str, LoadOutcome], summary: Summary
) -> tuple[ClaimVerdict, tuple[str, ...]]:
    blocking, asyncio = outcomes[BLOCKING].state, outcomes[ASYNCIO].state
    if asyncio in {"crawls", "slows"} or blocking in {"holds", "slows"}:
        return "refuted", ()
    if asyncio is None or blocking is None:
        return "undecided", ()
    conditions = []
    others = [outcome.model for outcome in _others_that("holds", outcomes)]
    if others:
        conditions.append(f"{formatting.listing(others)} hold{_s(others)} it too")
    forgetful = outcomes.get(FORGETFUL)
    if forgetful and forgetful.state == "crawls":
        conditions.append("only if the handler awaits: a blocking call left in it crawls")
    busy = _busy(summary, COMPUTE)
    if busy and busy.condition:
        conditions.append(busy.condition)
    return ("conditional" if conditions else "supported"), tuple(conditions)


def _others_that(state: LoadState | None, outcomes: dict[str, LoadOutcome]) -> list[LoadOutcome]:
    aside = {BLOCKING, ASYNCIO, FORGETFUL}
    return [
        outcome
        for name, outcome in outcomes.items()
        if outcome.state == state and name not in aside
    ]


def _story(series: LoadSeries, load: str, blocking: LoadOutcome, asyncio: LoadOutcome) -> str:
    multiple = float(load[:-1])
    return (
        f"At {load} the load at which one blocking worker is half busy "
        f"({multiple * series.half_busy:,.0f} requests/s of "
        f"{formatting.duration(series.time_ns)}), a request took "
        f"{formatting.duration(blocking.times * series.time_ns)} on average with one sync worker "
        f"({_word(blocking)}) and {formatting.duration(asyncio.times * series.time_ns)} with "
        f"aiohttp that awaits ({_word(asyncio)})."
    )


def _word(outcome: LoadOutcome) -> str:
    return outcome.state or "too unsure to call"


def _others(outcomes: dict[str, LoadOutcome]) -> str:
    forgetful = outcomes.get(FORGETFUL)
    sentences = []
    if forgetful:
        sentences.append(
            f"With the blocking call left in the coroutine: {forgetful.times:,.0f} times its own "
            f"time ({_word(forgetful)})."
        )
    states: tuple[tuple[LoadState | None, str], ...] = (
        ("holds", "Held as well by"),
        ("slows", "Slower, but no crawl, with"),
        ("crawls", "Crawling too:"),
        (None, "Too unsure to call:"),
    )
    for state, words in states:
        if names := [outcome.model for outcome in _others_that(state, outcomes)]:
            sentences.append(f"{words} {formatting.listing(names)}.")
    return " ".join(sentences)


def _knees(series: LoadSeries) -> str:
    knees = []
    for curve in series.curves:
        knee, row = curve.knee, curve.rows.get(load_curve.KNEE)
        if knee and row:
            least = "at least " if not row.sound else ""
            ratio = f", {with_interval(row.ratio)} times" if row.ratio and row.sound else ""
            knees.append(f"{least}{formatting.number(knee.value)} ({curve.model}{ratio})")
    if not knees:
        return ""
    level = formatting.duration(series.level_ns)
    return f"Requests/s held with p99 within {level}: {'; '.join(knees)}."


def _busy(summary: Summary, work: str) -> Computing | None:
    """Return who helps where a request computes, or queries a database in its own process."""
    series = _series(summary, work)
    return computing(series, BLOCKING) if series else None


def _brief(verdict: ClaimVerdict, load: str, outcomes: dict[str, LoadOutcome]) -> str:
    blocking, asyncio = outcomes[BLOCKING], outcomes[ASYNCIO]
    if verdict == "undecided":
        return f"who holds {load} is too unsure to call"
    many = len(_others_that("holds", outcomes))
    brief = (
        f"at {load} the load a request takes {blocking.times:,.0f} times as long as alone with "
        f"sync, {asyncio.times:.1f} with asyncio"
    )
    others = formatting.count(many, "other way", "other ways")
    return f"{brief}; {others} hold{_s([''] * many)} too" if many else brief


def _s(names: Sequence[str]) -> str:
    return "s" if len(names) == 1 else ""
