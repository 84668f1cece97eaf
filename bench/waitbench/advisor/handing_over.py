"""A call watched alone in, out what its items are like: heavy to hand over, used up, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.formatting import duration, listing, size, times
from waitbench.profiling.memory import QUICKER, REMEMBERS
from waitbench.user_code.import_watch import GUARD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.advisor.fitted_model import FittedModel
    from waitbench.advisor.question import Question
    from waitbench.profiling.call import CallProfile
    from waitbench.user_code.answers import Answers

HEAVY = 0.1
"""Share of a call from which handing its item to another process is no trifle."""
DIFFER = 2.0
"""So many times the mean the longest twentieth of the calls takes where their spread is told."""
LONGEST = 0.95
LIGHT_BYTES, LIGHT_NS = 100_000, 50_000
"""A result below this is not told of; handing over what takes no longer is what any call costs."""
LEAST_MEGABYTES = 10_000
"""What is less is told in bytes."""
FIRST_TIMES, LEAST_FIRST_NS = 10, 1_000_000
"""A first call that takes so many times as long as the rest, and so long, did other work."""
ALIKE = 0.25
"""Of the very first call: first calls with other items that take less did not do its work."""
SPREAD_FROM_NS = 100_000
"""Shorter calls differ by what a machine does, and are not worth handing over."""


def by_index(question: Question, alone: CallProfile) -> bool:
    """Whether processes are better handed an index: what the item costs to hand over tells."""
    return _are_made(question) and (_heavy(alone) or alone.answers.item_refused is not None)


def how_handed(question: Question, alone: CallProfile) -> str:
    """Return what processes are to be handed instead of the item; empty where it is light."""
    if by_index(question, alone):
        return ", handed an index and not the item"
    return ", handed a path and not the item" if _heavy(alone) else ""


def _are_made(question: Question) -> bool:
    """Whether a function makes the items, which every process can call."""
    return bool(question.items) and question.items.lstrip()[:1] != "["


def _heavy(alone: CallProfile) -> bool:
    return alone.answers.item_handed_ns > max(LIGHT_NS, HEAVY * alone.demand.alone_ns)


def _weight_of(size_bytes: int) -> str:
    return size(size_bytes) if size_bytes >= LEAST_MEGABYTES else f"{size_bytes:,} bytes"


def why_memory(question: Question, alone: CallProfile) -> str:
    """Return why what was timed is not the work: a memory, or an input that the first calls used.

    Returns:
        a sentence; empty where it is the work.
    """
    name, answers, memory = question.function, alone.answers, alone.memory
    quicker = alone.calls > 1 and alone.first_ns > REMEMBERS * alone.demand.alone_ns
    if memory.remembers:
        seen = memory.sentence()
    elif quicker and answers.hits:
        many = min(answers.hits, alone.calls - 1)
        seen = f"its lru_cache answered {many:,} of {alone.calls:,} calls"
    elif quicker and answers.keeps_result:
        first, later = duration(alone.first_ns), duration(alone.demand.alone_ns)
        seen = f"it keeps what it gives back (its first call took {first}, later ones {later})"
    else:
        return ""
    if answers.item_shared:
        return (
            f"{name} uses its item up: {seen}, and no copy can be made for the next call "
            f"({answers.item_refused or 'it cannot be copied'}): make it within the call, or let "
            "--items give what can be copied"
        )
    work = f"{name}.__wrapped__" if answers.hits else "the function that does the work"
    return (
        f"{name} answers from memory: {seen}; what would be raced are answers remembered: "
        f"advise {work}, or give a function that empties the memory first"
    )


def why_import(question: Question, answers: Answers) -> str:
    """Return why it is not called after what importing it did; empty where that only defines."""
    if not answers.job_at_import and (question.force or not answers.long_import):
        return ""
    place = question.function.rpartition(":")[0]
    go_on = "" if answers.job_at_import else ", or go on with --force"
    return f"importing {place} {answers.imported}, in every process anew: {GUARD}{go_on}"


def remarks(
    question: Question, alone: CallProfile, fitted: FittedModel, calls: int
) -> Iterator[str]:
    """Yield what a reader must know of the items, as sentences."""
    answers = alone.answers
    if by_index(question, alone) or (answers.items > 1 and _heavy(alone)):
        yield _weight(question, alone, fitted)
    if answers.pickled_ns > HEAVY * alone.demand.alone_ns and answers.pickled_bytes > LIGHT_BYTES:
        yield (
            f"Its result weighs {size(answers.pickled_bytes)} pickled, and takes "
            f"{duration(answers.pickled_ns)} to come back from another process, which is part of "
            "what processes were predicted and measured with."
        )
    if answers.items > calls:
        yield f"A round is a fair draw of {calls} of its {answers.items:,} items."
    if answers.changes_item:
        yield (
            "A call changes its argument: each was given a copy of its own, outside of what is "
            "timed (in a process of a pool within it, as unpickling would)."
        )
    if (names := answers.changed_first) and alone.first_ns >= DIFFER * alone.demand.alone_ns:
        yield (
            f"Its first call changed {listing(names)}, the second did not: later calls find what "
            "the first left there (sorted, emptied, remembered), and figures are of those. If they "
            "work on it, give it to each call: --items, of which each gets a fresh copy."
        )
    if answers.imported:
        yield f"Importing it {answers.imported}, in every process anew."
    if alone.memory.times >= QUICKER and not alone.memory.remembers:
        yield (
            f"Part of it is remembered, or opened once for each item: {alone.memory.sentence()}; "
            "figures are of later calls, and fresh items gain otherwise."
        )
    spread = sorted(alone.spreads)[int(LONGEST * len(alone.spreads))] if alone.spreads else 1.0
    if spread >= DIFFER and alone.demand.alone_ns >= SPREAD_FROM_NS:
        yield (
            f"Calls differ: of those watched, the longest took {times(max(alone.spreads))} times "
            "the mean, and processes are handed chunks: those in a chunk wait for the longest."
        )
    if first := _first(alone):
        yield first


def _weight(question: Question, alone: CallProfile, fitted: FittedModel) -> str:
    answers, demand = alone.answers, alone.demand
    index = "Processes are raced with an index: each made the items itself."
    if _are_made(question):
        took = duration(answers.items_made_ns)
        index = (
            "Processes are raced, and sketched, with an index: each makes the items itself "
            f"(all of them in {took})."
        )
    if answers.item_refused is not None:
        return f"An item cannot travel to another process ({answers.item_refused}). {index}"
    computing_ns = (demand.alone_ns + answers.item_unpack_ns) / fitted.cores
    gain = demand.alone_ns / max(computing_ns, answers.item_pack_ns)
    return (
        f"An item weighs {_weight_of(answers.item_bytes)} pickled, and handing it to another "
        f"process takes {duration(answers.item_handed_ns)} or more, where a call takes "
        f"{duration(demand.alone_ns)}: pool.map over the items themselves would gain "
        f"{times(gain)}x at most (predicted). {index} A path does as well."
    )


def caveat(alone: CallProfile) -> str:
    """Return that figures are of what a long first call left, for the first line; may be empty."""
    if alone.demand.alone_ns >= SPREAD_FROM_NS or not _long_first(alone) or _opened_once(alone):
        return ""
    first, later = duration(alone.first_ns), duration(alone.demand.alone_ns)
    return f"its first call took {first}, and these figures are of later ones, {later}"


def _long_first(alone: CallProfile) -> bool:
    """Whether the first call surely did what later ones do not, and that was no import."""
    quicker = alone.calls > 1 and alone.first_ns > FIRST_TIMES * alone.demand.alone_ns
    return quicker and alone.first_ns >= LEAST_FIRST_NS and not alone.answers.first_imports


def _opened_once(alone: CallProfile) -> bool:
    """Whether first calls with other items were like later ones: nothing of an item is kept."""
    memory = alone.memory
    return memory.items > 0 and memory.longest_ns < ALIKE * alone.first_ns


def _first(alone: CallProfile) -> str:
    """Return what the first call did that later ones did not, as far as that is known."""
    if alone.calls == 1 or alone.first_ns <= FIRST_TIMES * alone.demand.alone_ns:
        return ""
    took = f"Its first call took {duration(alone.first_ns)}"
    if imported := alone.answers.first_imports:
        return f"{took}: imports ({imported} modules), which every process pays anew."
    later = duration(alone.demand.alone_ns)
    if _opened_once(alone):
        return (
            f"{took}, later ones, with other items as well, {later}: it made or opened something "
            "once (a table, a connection), which every process pays anew."
        )
    return (
        f"{took} and imported nothing, later ones {later}: they find what it left (an answer that "
        "it remembers, a table, a connection), or what they were to work on used up. If so, "
        "figures are not of the work: give --items, a fresh one for each call."
    )
