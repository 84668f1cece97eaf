"""A question in, advice out: trials, predictions, and the race that says whether they are true."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.advisor.advice import Advice, advise
from waitbench.advisor.handing_over import why_memory
from waitbench.advisor.model_fit import fit_model
from waitbench.advisor.predict import predict_models
from waitbench.advisor.probe import probe
from waitbench.advisor.race import ROUNDS, calls_of_a_round, evened
from waitbench.advisor.races import Races
from waitbench.advisor.trial_budget import MOST_OF_A_ROUND
from waitbench.advisor.trial_evidence import computes
from waitbench.formatting import percent
from waitbench.race.worker_process import InterruptedRaceError
from waitbench.scenario import BenchError
from waitbench.services.other_python import own
from waitbench.system import busy_machine, machine
from waitbench.system.interrupt import Interrupt
from waitbench.user_code.awaited import IS_COROUTINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.advisor.question import Question

    Say = Callable[[str], None]

BUSY = 0.5
"""Share of all cores that others may take before a trial: beyond, figures would be theirs."""
LOOKS = 8
"""A quarter of a second each: so often the cores are looked at until they are free."""
TAKEN = 0.8
"""Cores that others may take while a call is watched alone."""
OWN_S = 0.7
"""What the command takes before it asks and after the race: to start, and to write."""
FEWEST_CALLS = 2
"""A round of fewer calls tells nothing of several at once."""


class RefusedError(BenchError):
    """The machine is too busy to tell."""


class MisbehavedError(BenchError):
    """The callable was found and called, and did what cannot be measured."""


def run_pipeline(question: Question, say: Say) -> Advice:
    """Try a callable, predict its models, race the best, and decide.

    Args:
        question: what is asked.
        say: takes what is about to happen, in sentences.

    Raises:
        RefusedError: the machine is too busy, and the question does not insist.
        MisbehavedError: it raised, hangs, ended its process, answers from memory, or forks and goes
            on.
        BenchError: it cannot be found or called.
    """
    began_s = time.monotonic()
    busy = _busy()

    def imported() -> None:  # where there is no such function, that alone is reported
        _heed(question, busy, BUSY, "before it began", say)
        say(_announced(question))

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="waitbench-"))
        answers = str(Path(folder, "answers.json"))
        with Interrupt.of_this_thread() as interrupt:
            try:
                probed = probe(question, interrupt, answers, imported)
            except BenchError as refused:
                if question.coroutine or IS_COROUTINE not in str(refused):
                    raise
                question = replace(question, coroutine=question.function)
                probed = probe(question, interrupt, answers, imported)
            if interrupt.requested:  # while something was measured that does not look at it
                raise InterruptedRaceError("stopped on request")
        if probed.alone.answers.forked:
            raise MisbehavedError(
                f"{question.function} forks, and the child comes back out of the call and would go "
                "on as a second copy of the program: end the child with os._exit()"
            )
        if remembers := why_memory(question, probed.alone):
            raise MisbehavedError(remembers)
        taken = (probed.alone.others_share or 0.0) / machine.cores_allowed()
        _heed(question, taken, TAKEN, "while it was called alone", say)
        gil = (question.interpreter or own()).gil
        fitted = fit_model(probed, machine.cores_allowed(), gil=gil)
        most_calls = question.calls - probed.calls
        raceable = most_calls >= FEWEST_CALLS * ROUNDS
        most = most_calls // ROUNDS if raceable else MOST_OF_A_ROUND
        alone = probed.alone
        fit = calls_of_a_round(alone.demand.alone_ns, most, computes=computes(alone.demand))
        calls = evened(fit, alone.answers.items)
        if question.dry:
            return advise(question, probed, fitted, calls)
        if not raceable:
            say(
                f"not raced: {question.calls:,} calls are too few for that, "
                f"{probed.calls:,} were made; give --max-calls more"
            )
            return advise(question, probed, fitted, calls)
        predicted = predict_models(probed, fitted, calls, awaited=bool(question.coroutine))
        races = Races(
            question=question,
            fitted=fitted,
            calls=calls,
            answers=answers,
            most_calls=most_calls,
            say=say,
        )
        raced = races.run(predicted, began_s + question.minutes * 60 - OWN_S)
        return advise(question, probed, fitted, calls, raced)


def _busy() -> float:
    """Return what share of all cores others take; a burst that passes within moments is none."""
    share = 0.0
    for _ in range(LOOKS):
        share = (machine.busy() or {}).get("busy", 0.0)
        if share <= BUSY:
            break
    return share


def _announced(question: Question) -> str:
    if question.dry:
        return f"calling {question.function} once, in a fresh process"
    minutes = "a minute" if question.minutes == 1 else f"{question.minutes:.3g} minutes"
    if question.minutes < 1:
        minutes = f"{60 * question.minutes:.3g} s"
    return (
        f"calling {question.function} in fresh processes, alone and then several at once: at most "
        f"{question.calls:,} calls in about {minutes} (--max-calls, --budget; "
        "--dry makes one)"
    )


def _heed(question: Question, share: float, most: float, when: str, say: Say) -> None:
    """Refuse a machine that is too busy, or announce that we go on although it is."""
    if share <= most:
        return
    busy = busy_machine.look()
    by = busy.by if busy else ""
    taken = f"other programs took {percent(share)} of the cores {when}{by}"
    if not question.force:
        raise RefusedError(
            f"{taken}: what is measured now would be theirs; close them, or go on with --force"
        )
    say(f"going on although {taken}: do not lean on the figures")
