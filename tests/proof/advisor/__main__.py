"""Functions of both corpora in, predicted and raced for some minutes; records and a page out."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.proof import journal, readme
from tests.proof.advisor import kinds, ways
from tests.proof.advisor.accuracy import judged
from tests.proof.advisor.corpus import CORPORA, Case, cases
from tests.proof.advisor.page import page
from tests.proof.advisor.trial import RECIPE, trial
from waitbench.scenario import BenchError
from waitbench.system import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.proof.advisor.trial import CaseRecord

FOLDER = Path(__file__).parents[3] / "results" / "proof" / "advise"
LONGEST_S = 60.0
"""What a function takes at most: one that would end after the minutes is not begun."""
HELD_OUT = "held_out"
USAGE, INTERRUPTED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run what is missing, evaluate, write, print.

    Returns:
        0; 2 for a mistake that one line explains; 130 if it was stopped.
    """
    options = _parse(argv)
    path = options.output / "cases.jsonl"
    stopped = False
    try:
        try:
            if options.kinds:
                _ask(options)
            elif options.ways:
                _compare(options)
            else:
                _run(path, options)
        except KeyboardInterrupt:
            _say("prove: stopped; every function that ended is kept, and the next call goes on")
            stopped = True
        text = readme.write(
            options.output,
            page(
                read(path),
                kinds.read(options.output / kinds.NAME),
                ways.read(options.output / ways.NAME),
            ),
        )
    except (BenchError, OSError) as mistake:
        _say(f"prove: {mistake}")
        return USAGE
    sys.stdout.write(text)
    return INTERRUPTED if stopped else 0


def read(path: Path) -> list[tuple[Mapping[str, Any], CaseRecord]]:
    """Read the records of this recipe, the last of each function, each after its machine.

    Raises:
        BenchError: a line is damaged.
    """
    latest: dict[tuple[str, str, int], tuple[Mapping[str, Any], CaseRecord]] = {}
    where: Mapping[str, Any] = {}
    for number, line in enumerate(journal.whole_lines(path), 1):
        try:
            entry = json.loads(line)
            if "machine" in entry:
                where = entry
            elif entry["recipe"] == RECIPE:
                latest[entry["corpus"], entry["name"], entry["beside"]] = where, entry
        except (KeyError, TypeError, ValueError) as wrong:
            raise BenchError(f"line {number} of {path} is no case ({wrong}); remove it") from None
    return list(latest.values())


def _run(path: Path, options: argparse.Namespace) -> None:
    ends_s = time.monotonic() + options.minutes * 60
    journal.mend(path)
    done = {(case["corpus"], case["name"], case["beside"]) for _, case in read(path)}
    described = False
    for case in _wanted(options):
        if not options.again and (case.corpus, case.name, options.hogs) in done:
            continue
        if time.monotonic() + LONGEST_S > ends_s:
            return
        if not described:
            journal.append(path, {"machine": environment.describe()})
            described = True
        began_s = time.monotonic()
        try:
            record = trial(case, options.hogs)
        except BenchError as wrong:
            _say(f"{case.corpus} {case.name}: {wrong}")
            continue
        journal.append(path, record)
        cells = ", ".join(
            f"{cell['name']} {cell['predicted']:.2f} ({cell['measured'] or 0:.2f})"
            for cell in record["cells"]
        )
        _say(f"{case.corpus} {case.name}: {cells}; {time.monotonic() - began_s:.0f} s")


def _ask(options: argparse.Namespace) -> None:
    for record in kinds.run(options.output / kinds.NAME, again=options.again):
        how = "right" if record["right"] else "wrong"
        twin = ", a healthy twin" if record["healthy"] else ""
        _say(f"{record['kind']}: {record['name']}{twin}: {how}")


def _compare(options: argparse.Namespace) -> None:
    """Let both ways pick for every function of the test corpus that they have not had yet."""
    ends_s = time.monotonic() + options.minutes * 60
    path = options.output / ways.NAME
    journal.mend(path)
    done = {(record["name"], record["seconds"]) for _, record in ways.read(path)}
    best = {
        record["name"]: judged(record).best
        for _, record in read(options.output / "cases.jsonl")
        if (record["corpus"], record["beside"]) == (HELD_OUT, 0)
    }
    options.corpus = [HELD_OUT]
    described = False
    for number, case in enumerate(_wanted(options)):
        if not options.again and (case.name, options.seconds) in done:
            continue
        if time.monotonic() + 2 * options.seconds + ways.JUDGED_S > ends_s:
            return
        if not described:
            journal.append(path, {"machine": environment.describe()})
            described = True
        try:
            plain_first = bool(number % 2)
            record = ways.compared(case, best[case.name], options.seconds, plain_first=plain_first)
        except BenchError as wrong:
            _say(f"{case.name}: {wrong}")
            continue
        journal.append(path, record)
        _say(f"{case.name}: {record['ways']}, {record['walls']}")


def _wanted(options: argparse.Namespace) -> Iterator[Case]:
    for corpus in options.corpus or CORPORA:
        for case in cases(corpus):
            if not options.only or case.name in options.only.split(","):
                yield case


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/prove advise",
        description="Predicts and then races every function of two corpora, goes on where it was "
        "stopped, and writes results/proof/advise/README.md.",
    )
    parser.add_argument(
        "--minutes", type=float, default=15.0, help="how long (15); 0 only makes the page again"
    )
    parser.add_argument("--corpus", action="append", choices=CORPORA, help="only this one")
    parser.add_argument("--only", metavar="A,B", help="only these functions")
    parser.add_argument("--again", action="store_true", help="what is there already, too")
    parser.add_argument("--hogs", type=int, default=0, help="predict beside so many hogs")
    parser.add_argument(
        "--kinds", action="store_true", help="programs that are not to be timed as they stand"
    )
    parser.add_argument(
        "--ways", action="store_true", help="the advisor beside the plain way: racing a coarse grid"
    )
    parser.add_argument(
        "--seconds", type=float, default=30.0, help="with --ways: what each has for a function (30)"
    )
    parser.add_argument("--output", type=Path, default=FOLDER, metavar="FOLDER")
    return parser.parse_args(argv)


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
