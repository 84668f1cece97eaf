"""The claim that asyncio.to_thread or run_in_executor cures a frozen loop, at a price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._blocking import DIRECT, NAMES, NOTHING, SUITE, cases, restless
from waitbench.findings._gains import longer
from waitbench.findings._verdicts import decide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings._blocking import Case

PLACE = 66
CLAIM = "to-thread-thaws"
ASKS = (
    "asyncio.to_thread or run_in_executor thaws a loop that a synchronous call would freeze, at a "
    "price for each call."
)
SUITES = (SUITE,)
THREADS = ("to_thread", "threads")
"""The two ways of the claim; a process pool is told beside them."""
POOL = "processes"

LOCK = {"cpu": ", as the interpreter's lock changes hands every 5 ms"}
"""Why, where that is known; the figure is the switch interval unless somebody set it."""

Price = tuple[float, float, float]
"""Nanoseconds that a call costs more than a direct one, with the ends of its interval."""


def find(summary: Summary) -> Finding:
    """Look at whether the loop still stands still once the same call is handed to a thread.

    Counted are calls that freeze the loop when made directly. A thread thaws it where beats are
    overdue for at most a quarter of the calls' time in half of the rounds, and does not where they
    are for at least half of it even in the best round. Supported where threads thaw it for every
    call, refuted for none, conditional for some. Nothing is said of a machine on which a loop
    without any blocking call stood still for over a quarter of the time. The price is a call that
    does nothing, against the same call made directly, one after the other.
    """
    everything = cases(summary)
    freezing = [
        case
        for case in everything
        if case.call != NOTHING and case.state(DIRECT) == "still" and _ways(case)
    ]
    if not freezing:
        why = "No call that freezes the loop was also handed to threads in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    shaky, price = restless(everything), _price(everything, THREADS[0])
    verdict: ClaimVerdict = "undecided" if shaky is not None else decide(map(_state, freezing))
    if verdict == "supported" and price is None:
        verdict = "undecided"
    sentences = [*_thaw(freezing), *_prices(everything), *_ceiling(everything)]
    if verdict == "undecided":
        sentences.append(_why(shaky, longer(summary, *SUITES)))
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        reason="partly measured" if price is None and shaky is None else None,
        sentence=" ".join(sentences),
        brief=_brief(freezing),
        effect=price[0] if price else None,
        effect_of="the price of handing a call to a thread",
        interval=price[1:] if price else None,
        unit="ns",
        evidence=tuple(case.evidence(way) for case in freezing for way in _ways(case)),
        conditions=tuple(case.stood(_ways(case)[0]) for case in freezing)
        if verdict == "conditional"
        else (),
    )


def _ways(case: Case) -> list[str]:
    return [way for way in THREADS if case.state(way)]


def _state(case: Case) -> bool | None:
    """Return whether threads thaw the loop for this call; None where that is open."""
    states = {case.state(way) for way in _ways(case)}
    return True if states == {"free"} else False if states == {"still"} else None


def _thaw(cases: Sequence[Case]) -> list[str]:
    """Return for which calls threads thawed the loop, for which not, and what processes did."""
    single = [case for case in cases if case.calls == 1] or cases
    thawed = [case for case in single if _state(case)]
    still = [case for case in single if _state(case) is False]
    unsure = [NAMES[case.call] for case in single if _state(case) is None]
    sentences = []
    if thawed:
        parts = [
            f"{NAMES[case.call]} ({case.standstill(DIRECT)} down to {case.standstill(THREADS[0])})"
            for case in thawed
        ]
        sentences.append(f"to_thread thaws the loop from {formatting.listing(parts)}.")
    for case in still:
        way = _ways(case)[0]
        share = formatting.percent(case.median(way, "stood_share"))
        sentences.append(
            f"It does not from {NAMES[case.call]}: the loop still stood for {share} of the call's "
            f"time, only in pieces (the longest {case.standstill(way)}) rather than at once "
            f"({case.standstill(DIRECT)}){LOCK.get(case.call, '')}{_process_pool(case)}."
        )
    if unsure:
        sentences.append(f"Whether it thaws it from {formatting.listing(unsure)} is open.")
    return sentences


def _process_pool(case: Case) -> str:
    """Return what a process pool did where threads could not, as a clause."""
    state = case.state(POOL)
    if state is None:
        return ""
    share = formatting.percent(case.median(POOL, "stood_share"))
    did = {"free": "thaws it", "still": "does not either", "unclear": "may thaw it"}[state]
    return f"; a process pool {did} ({share}, at most {case.standstill(POOL)})"


def _prices(cases: Sequence[Case]) -> list[str]:
    """Return what a call costs that is handed over, one at a time."""
    names = {"to_thread": "to_thread", "threads": "an own thread pool", POOL: "a process pool"}
    parts = [
        f"{formatting.effect(price[0], price[1:], 'ns')} through {names[way]}"
        for way in names
        if (price := _price(cases, way))
    ]
    return [f"A call costs {formatting.listing(parts)} more than a direct one."] if parts else []


def _price(cases: Sequence[Case], way: str) -> Price | None:
    for case in cases:
        handed, direct = case.row(way), case.row(DIRECT)
        if case.call != NOTHING or not (handed and handed.wall and direct and direct.wall):
            continue
        tasks, more_ns = case.scenario.tasks, handed.wall.value - direct.wall.value
        low, high = handed.wall.interval or (handed.wall.value, handed.wall.value)
        least, most = direct.wall.interval or (direct.wall.value, direct.wall.value)
        # Both ends at their worst: wider than need be, and never too narrow.
        return more_ns / tasks, (low - most) / tasks, (high - least) / tasks
    return None


def _ceiling(cases: Sequence[Case]) -> list[str]:
    """Return how many calls the default executor ran at once, where it was given more."""
    for case in sorted(cases, key=lambda case: -case.calls):
        default, pool = case.row("to_thread"), case.row("threads")
        most = case.seen("to_thread", "most_at_once")
        if case.call == NOTHING or most is None or most.most >= case.calls:
            continue
        sentence = (
            f"Of {case.calls} calls at once to_thread ran {most.most:.0f}: that many "
            "threads has the default executor here (CPUs + 4, 32 at most), and nothing tells"
        )
        if default and default.wall and pool and pool.wall:
            walls = [formatting.duration(row.wall.value) for row in (default, pool) if row.wall]
            sentence += f"; they took {walls[0]}, in a pool of their own size {walls[1]}"
        return [f"{sentence}."]
    return []


def _why(shaky: float | None, command: str) -> str:
    if shaky is None:
        return f"That is too unsure to call: {command} would narrow it."
    return (
        f"Nothing is certain of it here: a loop without any such call stood still for "
        f"{formatting.percent(shaky)} of the time, so others had the cores; `waitbench run "
        f"{SUITE}` "
        "on a quiet machine would tell."
    )


def _brief(cases: Sequence[Case]) -> str:
    kinds = list(dict.fromkeys(case.call for case in cases))
    thawed = [kind for kind in kinds if all(_state(case) for case in cases if case.call == kind)]
    return f"threads thaw the loop in {len(thawed)} of {len(kinds)} kinds of call"
