"""One function of a corpus in, its predictions and its race out: a record of the proof."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import ExitStack, contextmanager
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict
from unittest.mock import patch

from waitbench.advisor.core_contention import core_contention
from waitbench.advisor.model_fit import fit_model
from waitbench.advisor.predict import predict
from waitbench.advisor.probe import probe
from waitbench.advisor.question import Question
from waitbench.advisor.race import Raced, calls_of_a_round, contestants, outcomes, race
from waitbench.calibration.hogs import hogs
from waitbench.services.target import Target
from waitbench.system import machine
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.proof.advisor.corpus import Case
    from waitbench.advisor.predict import Prediction

RECIPE = 4
"""Number of how cases are predicted and raced; figures of another recipe are not mixed in."""
CELLS = (("threads", 4), ("threads", 16), ("processes", 4))
"""Models and widths that are predicted and raced of every function."""
AWAITED, OTHER = ("asyncio", 16), ("processes", 8)
"""The fourth cell, with an async form and without one."""
RACE_S = 28.0
"""Seconds of a race: seven launches of four each."""
MOST_CALLS = 160
"""Calls of a round at most; fewer than in advice, so that more rounds fit in."""
WITHIN_S = 20.0
"""Longest that a round may take before the function counts as hanging, in seconds."""


class CellRecord(TypedDict):
    """A model at a width, in the proof's file: times faster than sync, with the ends measured."""

    name: str
    predicted: float
    measured: float | None
    low: float | None
    high: float | None
    failure: str | None


class CaseRecord(TypedDict):
    """A function of a corpus, in the proof's file."""

    recipe: int
    corpus: str
    name: str
    what: str
    beside: int
    waiting: float
    idle: float | None
    locked: float
    alone_ms: float
    crowded: float
    admits: float | None
    admits_inside: float | None
    contended_ms: float
    jostling_ms: float
    calls: int
    cells: list[CellRecord]


def trial(case: Case, beside: int = 0) -> CaseRecord:
    """Predict a function, then race it.

    Args:
        case: which function.
        beside: how many hogs spin while it is looked at; they are gone before the race, which says
            what is true.

    Raises:
        BenchError: it failed.
        KeyboardInterrupt: somebody stopped the race.
    """
    with ExitStack() as stack:
        question, answers = stack.enter_context(asked(case))
        never = stack.enter_context(Interrupt.never())
        core_contention()  # in a calm moment, as if it had been asked before; see there
        with hogs(beside):
            probed = probe(question, never, answers)
        fitted = fit_model(probed, machine.cores_allowed())
        calls = calls_of_a_round(probed.alone.demand.alone_ns, MOST_CALLS)
        cells = [*CELLS, AWAITED if case.awaited else OTHER]
        predicted = [predict(fitted, model, width, calls) for model, width in cells]
        record = race(question, contestants(predicted, question), calls, answers, RACE_S)
        if record.interrupted:
            raise KeyboardInterrupt
        raced = outcomes(record)
        return {
            "recipe": RECIPE,
            "corpus": case.corpus,
            "name": case.name,
            "what": case.what,
            "beside": beside,
            "waiting": round(probed.alone.demand.waiting, 4),
            "idle": None if raced[0].idle is None else round(raced[0].idle, 4),
            "locked": round(probed.alone.demand.locked, 4),
            "alone_ms": round(probed.alone.demand.alone_ns / 1e6, 4),
            "crowded": round(fitted.contention, 3),
            "admits": _finite(fitted.capacity),
            "admits_inside": _finite(fitted.capacity_inside),
            "contended_ms": round(fitted.contended_ns / 1e6, 4),
            "jostling_ms": round(fitted.per_thread_ns / 1e6, 4),
            "calls": calls,
            "cells": [
                _cell(prediction, contestant)
                for prediction, contestant in zip(predicted, raced[1:], strict=True)
            ],
        }


@contextmanager
def asked(case: Case) -> Iterator[tuple[Question, str]]:
    """Have its server up, if it asks one; yield the question, and a path for its answers."""
    with ExitStack() as stack:
        args = ""
        if case.target is not None:
            args = json.dumps({"url": stack.enter_context(Target(*case.target)).url})
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="waitbench-"))
        # A pool's child leaves no time to clean up: what functions make goes with this folder.
        stack.enter_context(patch.dict(os.environ, TMPDIR=folder))
        question = Question(
            function=case.function,
            coroutine=f"{case.function}_async" if case.awaited else None,
            args=args,
            folder=os.fspath(Path.cwd()),
            call_s=WITHIN_S,
        )
        yield question, str(Path(folder, "answers.json"))


def _cell(prediction: Prediction, contestant: Raced) -> CellRecord:
    times = contestant.times
    low = times.low if times else None
    high = times.high if times else None
    return {
        "name": contestant.name,
        "predicted": round(prediction.times, 3),
        "measured": round(times.value, 3) if times else None,
        "low": round(low, 3) if low else None,
        "high": round(high, 3) if high else None,
        "failure": contestant.failure,
    }


def _finite(figure: float) -> float | None:
    return None if figure == inf else round(figure, 3)
