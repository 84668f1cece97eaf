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
LIGHT_BYTES = 100_000
"""A result below this is not told of."""
COMPUTING = 0.5
"""Share of a first call that computes, from which that it imported nothing tells something."""
LEAST_FIRST_NS = 1_000_000
FIRST_TIMES = 10


def by_index(question: Question, alone: CallProfile) -> bool:
    """Whether processes are better handed an index: what the item costs to hand over tells."""
    answers = alone.answers
    heavy = answers.item_handed_ns > HEAVY * alone.demand.alone_ns
    made_by_a_function = question.items and question.items.lstrip()[:1] != "["
    return bool(made_by_a_function) and (heavy or answers.item_refused is not None)


def why_memory(question: Question, alone: CallProfile) -> str:
    """Return why what was timed is a memory and not the work; empty where it is the work."""
    name, calls = question.function, alone.calls
    if alone.memory.times >= REMEMBERS:
        seen = alone.memory.sentence()
    elif alone.answers.hits and alone.first_ns > REMEMBERS * alone.demand.alone_ns:
        seen = f"its lru_cache answered {alone.answers.hits:,} of {calls:,} calls"
    else:
        return ""
    work = f"{name}.__wrapped__" if alone.answers.hits else "the function that does the work"
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
    if by_index(question, alone):
        yield _weight(alone, fitted)
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
    if names := answers.changed_first:
        yield (
            f"Its first call changed {listing(names)}, the second did not: later calls find what "
            "the first left there (sorted, emptied, remembered), and figures are of those. If they "
            "work on it, give it to each call: --items, of which each gets a fresh copy."
        )
    if answers.imported:
        yield f"Importing it {answers.imported}, in every process anew."
    if REMEMBERS > alone.memory.times >= QUICKER:
        yield (
            f"Part of it is remembered: {alone.memory.sentence()}; figures are of later calls, and "
            "fresh items gain otherwise."
        )
    spread = sorted(alone.spreads)[int(LONGEST * len(alone.spreads))] if alone.spreads else 1.0
    if spread >= DIFFER:
        yield (
            f"Calls differ: of those watched, the longest took {times(max(alone.spreads))} times "
            "the mean, and processes are handed chunks: those in a chunk wait for the longest."
        )
    if first := _first(alone):
        yield first


def _weight(alone: CallProfile, fitted: FittedModel) -> str:
    answers, demand = alone.answers, alone.demand
    index = "Processes are raced, and sketched, with an index: each makes the items itself."
    if answers.item_refused is not None:
        return f"An item cannot travel to another process ({answers.item_refused}). {index}"
    computing_ns = (demand.alone_ns + answers.item_unpack_ns) / fitted.cores
    gain = demand.alone_ns / max(computing_ns, answers.item_pack_ns)
    return (
        f"An item weighs {size(answers.item_bytes)} pickled, and handing it to another process "
        f"takes {duration(answers.item_handed_ns)} or more, where a call takes "
        f"{duration(demand.alone_ns)}: pool.map over the items themselves would gain "
        f"{times(gain)}x at most (predicted). {index} A path does as well."
    )


def _first(alone: CallProfile) -> str:
    """Return what the first call did that later ones did not, as far as that is known."""
    if alone.calls == 1 or alone.first_ns <= FIRST_TIMES * alone.demand.alone_ns:
        return ""
    took = f"Its first call took {duration(alone.first_ns)}"
    imported = alone.answers.first_imports
    computed = alone.first_cpu_ns > COMPUTING * alone.first_ns > COMPUTING * LEAST_FIRST_NS
    if imported:
        return f"{took}: imports ({imported} modules), which every process pays anew."
    if not computed:
        return (
            f"{took}, most of it waiting, and imported nothing: connections, which every process "
            "pays anew, or an answer that it remembers since; give --items, to tell."
        )
    return (
        f"{took}, computing and importing nothing, later ones {duration(alone.demand.alone_ns)}: "
        "they find what it made (an answer that it remembers, a table), or what they were to work "
        "on used up. If so, figures are not of the work: give --items, a fresh one for each call."
    )
