"""Functions of the test corpus in, what two ways pick in the same seconds out, and who was right.

One way is `waitbench advise`; the other races a coarse grid by successive halving.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING, Any, TypedDict

from tests.proof import journal
from tests.proof.advisor.accuracy import GOOD, accuracy, judged
from tests.proof.advisor.halving import halve
from tests.proof.advisor.trial import asked
from tests.proof.page import table
from waitbench.advisor.race import race
from waitbench.formatting import percent
from waitbench.scenario import BenchError, Contestant
from waitbench.stats import estimates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tests.proof.advisor.corpus import Case
    from tests.proof.advisor.trial import CaseRecord
    from waitbench.advisor.question import Question
    from waitbench.race.record import RaceRecord

NAME = "ways.jsonl"
RECIPE = 2
"""Number of how ways are compared; records of another recipe do not count."""
ADVISOR, HALVING = "advisor", "halving"
JUDGED_S, LAUNCHES = 11.0, 4
"""Seconds of the race that judges, and how often it starts afresh: an even number."""
WITHIN_S = 300.0


class WayRecord(TypedDict):
    """What one way picked, and what its whole command took."""

    pick: str
    took_s: float


class WaysRecord(TypedDict):
    """One function: what both ways picked, and how fast that was in the race that judges.

    `walls` has what a round of each contestant took against the first of them, in the even
    launches of that race and in the odd ones. `heats` are those of the plain way.
    """

    recipe: int
    name: str
    seconds: float
    ways: dict[str, WayRecord]
    heats: list[dict[str, float]]
    walls: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a way came to over all functions; regrets are shares, times in seconds."""

    functions: int
    good: int
    mean_regret: float
    worst_regret: float
    typical_s: float
    longest_s: float


def compared(case: Case, best: str, seconds: float, *, plain_first: bool) -> WaysRecord:
    """Ask both ways about a function one after the other, and race what they picked.

    Args:
        case: which function.
        best: what was fastest of it when all cells were raced for long.
        seconds: how long each way has in all.
        plain_first: whether the plain way is asked first.

    Raises:
        BenchError: a way failed, or what it picked did.
        KeyboardInterrupt: somebody stopped a race.
    """
    with asked(case) as (question, answers):
        ways: dict[str, WayRecord] = {}
        heats: list[dict[str, float]] = []
        calls = 0
        for way in (HALVING, ADVISOR) if plain_first else (ADVISOR, HALVING):
            began_s = time.monotonic()
            if way == ADVISOR:
                name, calls = _advised(question, seconds)
            else:
                halved = halve(question, seconds, answers)
                name, heats = halved.pick, [{**heat} for heat in halved.heats]
            ways[way] = {"pick": name, "took_s": round(time.monotonic() - began_s, 1)}
        # What was best once may no longer be: whoever was the fastest of all today is judged, too.
        today = max(heats[0], key=lambda name: heats[0][name])
        names = dict.fromkeys([best, *(way["pick"] for way in ways.values()), today])
        walls = {best: (1.0, 1.0)}
        if len(names) > 1:
            entered = [_contestant(name) for name in names]
            record = race(question, entered, calls, answers, JUDGED_S, again=LAUNCHES)
            if record.interrupted:
                raise KeyboardInterrupt
            walls = _halves(record)
        return {
            "recipe": RECIPE,
            "name": case.name,
            "seconds": seconds,
            "ways": ways,
            "heats": [{each: round(times, 3) for each, times in heat.items()} for heat in heats],
            "walls": walls,
        }


def regret(walls: Mapping[str, tuple[float, float]], pick: str) -> float:
    """Return how much faster the best was than a pick, as a share.

    The best is found in one half of the launches and held against the pick in the other, and the
    other way round: else the luckiest of equals would count as better.
    """
    return fmean(
        walls[pick][judge] / walls[min(walls, key=lambda name: walls[name][choose])][judge] - 1
        for choose, judge in ((0, 1), (1, 0))
    )


def score(records: Sequence[WaysRecord], way: str) -> Score:
    """Return what a way came to."""
    regrets = [regret(record["walls"], record["ways"][way]["pick"]) for record in records]
    took_s = [record["ways"][way]["took_s"] for record in records]
    return Score(
        functions=len(records),
        good=sum(1 + each <= GOOD for each in regrets),
        mean_regret=fmean(regrets),
        worst_regret=max(regrets),
        typical_s=median(took_s),
        longest_s=max(took_s),
    )


def read(path: Path) -> list[tuple[Mapping[str, Any], WaysRecord]]:
    """Read the records of this recipe, the last of each function and time, after its machine."""
    latest: dict[tuple[str, float], tuple[Mapping[str, Any], WaysRecord]] = {}
    where: Mapping[str, Any] = {}
    for line in journal.whole_lines(path):
        record = json.loads(line)
        if "machine" in record:
            where = record
        elif record["recipe"] == RECIPE:
            latest[record["name"], record["seconds"]] = where, record
    return list(latest.values())


def section(records: Sequence[WaysRecord], cases: Sequence[CaseRecord]) -> str:
    """Return a table of the ways, and below it one of the functions.

    Args:
        records: what the ways picked.
        cases: the test corpus as it was raced for long: what a minute of advice came to.
    """
    header = ("way", "within 10 % of the best", "mean regret", "worst regret", "seconds (longest)")
    rows = []
    if minute := accuracy([judged(case) for case in cases]):
        good = f"{minute.advised_good} of {minute.functions}"
        regrets = percent(minute.advised_mean_regret), percent(minute.advised_worst_regret)
        rows.append(("advisor, a minute: as above, by its own race", good, *regrets, "60"))
    seconds = sorted({record["seconds"] for record in records})
    for each_s in seconds:
        for way, name in ((ADVISOR, "advisor"), (HALVING, "plain way")):
            own = [record for record in records if record["seconds"] == each_s]
            figures = score(own, way)
            rows.append(
                (
                    f"{name}, {each_s:g} s",
                    f"{figures.good} of {figures.functions}",
                    f"{100 * figures.mean_regret:.1f} %",
                    percent(figures.worst_regret),
                    f"{figures.typical_s:.0f} ({figures.longest_s:.0f})",
                )
            )
    parts = [table(header, rows), _functions(records)]
    if names := [record["name"] for record in records if _beyond_the_grid(record)]:
        parts.append(f"The grid had nothing so wide as the advisor's pick in {', '.join(names)}.")
    return "\n\n".join(parts)


def _beyond_the_grid(record: WaysRecord) -> bool:
    """Check whether the advisor picked a width that its model did not have in the first heat."""
    model, _, width = record["ways"][ADVISOR]["pick"].partition("-")
    raced = (name.partition("-") for name in (record["heats"] or [{}])[0])
    widths = [int(wide) for name, _, wide in raced if name == model]
    return bool(width and widths) and int(width) > max(widths)


def _functions(records: Iterable[WaysRecord]) -> str:
    header = ("function", "advisor", "regret", "plain way", "regret", "judged")
    return table(
        header,
        (
            (
                record["name"],
                *(
                    cell
                    for way in (ADVISOR, HALVING)
                    for cell in (
                        record["ways"][way]["pick"],
                        percent(regret(record["walls"], record["ways"][way]["pick"])),
                    )
                ),
                ", ".join(record["walls"]),
            )
            for record in records
        ),
    )


def _advised(question: Question, seconds: float) -> tuple[str, int]:
    """Return what the advisor's command says, and of how many calls a round."""
    given = [("--async", question.coroutine), ("--args", question.args)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "waitbench", "advise", question.function, "--force"),
            *("--format", "json", "--budget", f"{seconds:g}s"),
            *(word for option, text in given if text for word in (option, text)),
        ],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    if done.returncode:
        raise BenchError(done.stderr.strip().rpartition("\n")[2])
    said = json.loads(done.stdout)
    model, width = said["advice"]["model"], said["advice"]["width"]
    return model if model == "sync" else f"{model}-{width}", said["calls_of_a_round"]


def _contestant(name: str) -> Contestant:
    model, _, width = name.partition("-")
    return Contestant(name=name, model=model, concurrency=int(width or 1))


def _halves(record: RaceRecord) -> dict[str, tuple[float, float]]:
    """Return what a round of each took against the first, in even launches and in odd ones.

    Raises:
        BenchError: somebody has no time in one of them.
    """
    first, *_ = rows = list(record.rows.values())
    walls = {}
    for row in rows:
        even, odd = (
            estimates.paired_ratio(*(_of(each.blocks(), parity) for each in (row, first)))
            for parity in (0, 1)
        )
        if even is None or odd is None:
            raise BenchError(f"{row.name} could not be judged: {row.failure or 'too few rounds'}")
        walls[row.name] = round(even.value, 4), round(odd.value, 4)
    return walls


def _of(
    blocks: Mapping[tuple[int, int], Sequence[float]], parity: int
) -> dict[tuple[int, int], Sequence[float]]:
    return {key: walls for key, walls in blocks.items() if key[0] % 2 == parity}
