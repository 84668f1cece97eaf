"""`waitbench.race`: functions of one's own against each other, with the verdicts of a race."""

from __future__ import annotations

import inspect
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench import registry
from waitbench.api import alone, conducted, functions
from waitbench.race.plan import Settings
from waitbench.scenario import BenchError, Contestant, Scenario
from waitbench.workloads.function import Given

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.api.run import Run
    from waitbench.race.plan import Lineup

SUITE = "functions"


def race(  # noqa: PLR0913 - what a race of functions differs in
    raced: Mapping[str, Callable[..., Any]] | Sequence[Callable[..., Any]],
    *,
    items: Sequence[Any] | None = None,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    models: Sequence[str] = (),
    concurrency: int = 1,
    seconds: float = 10.0,
    launches: int = 5,
    same: bool = True,
    seed: int | None = None,
    name: str = "functions",
    quiet: bool = False,
) -> Run:
    """Race functions that do the same, in fresh processes and shuffled blocks; return the run.

    Plain functions run one call after the other, coroutine functions under asyncio. The first of
    them is what the others are compared with.

    Args:
        raced: functions, by the names that tables call them; or a list, by their own names.
        items: an argument for each call, in turn; each call is the same where there are none.
        args: further arguments of every call.
        kwargs: likewise, by name.
        models: how they run, as in `waitbench list`; with several, each function runs under each.
        concurrency: how many tasks at once.
        seconds: about how long the race takes.
        launches: how often all is started afresh.
        same: whether results that differ between functions are refused.
        seed: of the order; a new one where it is not given.
        name: of the scenario.
        quiet: whether nothing is said while it runs.

    Raises:
        BenchError: they cannot be found by another process, cannot be called so, raise, or give
            different results.
        KeyboardInterrupt: it was stopped before anything was known.
    """
    settings = conducted.settings_of(seconds, launches, seed, user_code=True)
    by_name = functions.by_name(raced)
    registry.check("models", models)
    if concurrency < 1:
        raise BenchError("concurrency is above 0")
    given = Given(
        items=None if items is None else list(items), args=tuple(args), kwargs=dict(kwargs or {})
    )
    if not given.calls:
        raise BenchError("items is empty: there is nothing to call the functions with")
    with tempfile.TemporaryDirectory(prefix="waitbench-") as folder:
        entered = _entered(by_name, given, models, Path(folder))
        lineup = _lineup(entered, given, concurrency, Path(folder), name=name, same=same)
        return conducted.raced(lineup, settings, quiet=quiet)


def _entered(
    by_name: Mapping[str, Callable[..., Any]], given: Given, models: Sequence[str], folder: Path
) -> list[Contestant]:
    """Return a contestant for each function under each model, with what its worker is told."""
    file = folder / "given.pickle"
    file.write_bytes(functions.packed(given, "items and arguments cannot go to another process"))
    common = {"given": str(file), "paths": os.pathsep.join(_paths())}
    entered = []
    for name, place in functions.targets(by_name, folder).items():
        awaited = inspect.iscoroutinefunction(inspect.unwrap(by_name[name]))
        for model in models or ("asyncio" if awaited else "sync",):
            form = registry.load("models", model).Model.form
            if form not in {"sync", "async"}:
                raise BenchError(f"functions have no form for {form}, which {model} runs")
            if awaited != (form == "async"):
                does = "is a coroutine function" if awaited else "is a plain function"
                raise BenchError(f"{name} {does}, and {model} runs the other kind")
            entered.append(
                Contestant(
                    name=f"{name}/{model}" if len(models) > 1 else name,
                    model=model,
                    params={**common, "function": place},
                )
            )
    return entered


def _lineup(  # noqa: PLR0913 - all that it is made of
    entered: Sequence[Contestant],
    given: Given,
    concurrency: int,
    folder: Path,
    *,
    name: str,
    same: bool,
) -> Lineup:
    """Try each contestant alone, and size the rounds by what that took."""
    items, tried = len(given.calls), {}
    for number, contestant in enumerate(entered):
        answers = str(folder / f"answers-{number}.json")
        tried[contestant.name] = alone.alone(contestant, answers, items, Settings().timeout_s)
        if tried[contestant.name].answers.changes_item:
            raise BenchError(
                f"{contestant.name} changes what it is called with, so that the next call would "
                "find other work: let it copy that first"
            )
    seen = {name: each.answers for name, each in tried.items()}
    if same and (found := alone.differing(seen)):
        first, other, item = found
        called = "" if given.items is None else f" for {_short(given.items[item])}"
        raise BenchError(
            f"{first} and {other} give different results{called}: they do not do the same; "
            "`same=False` races them all the same"
        )
    calls_ns = [each.call_ns for each in tried.values()]
    tasks, calls = alone.sizes(calls_ns, items, concurrency)
    scenario = Scenario(
        suite=SUITE,
        workload=alone.WORKLOAD,
        params={"calls": str(calls)},
        tasks=tasks,
        concurrency=concurrency,
        baseline=entered[0].name,
        label=name,
    )
    raced = [
        Contestant(
            name=contestant.name,
            model=contestant.model,
            params={**contestant.params, "answers": str(folder / f"answers-{number}.json")},
        )
        for number, contestant in enumerate(entered)
    ]
    return [(scenario, raced)]


def _paths() -> list[str]:
    """Return where this process finds modules that are neither Python's nor installed."""
    places = dict.fromkeys(str(Path(place or ".").resolve()) for place in ("", *sys.path))
    ours = tuple(str(Path(prefix).resolve()) for prefix in (sys.prefix, sys.base_prefix))
    return [place for place in places if Path(place).is_dir() and not place.startswith(ours)]


def _short(item: Any) -> str:
    text = repr(item)
    return text if len(text) < 60 else f"{text[:56]} …"  # noqa: PLR2004  what fits a line
