"""What people must know of a gate besides its verdicts, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.gate.worktrees import SIDES
from waitbench.results.foreign_text import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from waitbench.gate.benchmark import Benchmark
    from waitbench.gate.evidence import GateEvidence
    from waitbench.gate.repository import Repository


def on_benchmark(benchmark: Benchmark, evidence: GateEvidence) -> list[str]:
    """Return what may mislead in one benchmark's verdict."""
    sentences = [*benchmark.notes]
    if benchmark.rewritten:
        sentences.append("the benchmark itself was changed: the two sides may do different work")
    if benchmark.first_calls:
        first_s, later_s = max(benchmark.first_calls, key=lambda pair: pair[0] / pair[1])
        first, later = (formatting.duration(seconds * 1e9) for seconds in (first_s, later_s))
        sentences.append(
            f"its first call does other work than the rest ({first}, then {later}), and the rest "
            "is what was compared: where it uses its input up or remembers, give each call a "
            f"fresh one by {benchmark.name}.fresh = a function that makes it"
        )
    return [*sentences, *on_errors(benchmark.name, evidence)]


def on_failures(failures: Mapping[str, str]) -> tuple[str, ...]:
    """Return why either side could not run a benchmark: each sentence begins with its side."""
    return tuple(f"{side}: {failures[side]}" for side in SIDES if side in failures)


def on_errors(name: str, evidence: GateEvidence) -> list[str]:
    """Return what the rounds with errors of either side have to say."""
    sentences = []
    for side in SIDES:
        row = evidence.rows.get((name, side))
        wrong = [round_ for round_ in row.rounds if round_.errors] if row else []
        if wrong:
            sentences.append(f"{side}: {len(wrong)} rounds with errors, such as: {wrong[0].error}")
    return sentences


def on_gate(  # noqa: PLR0913 - what sentences may be about
    repository: Repository,
    chosen: Sequence[Benchmark],
    evidence: GateEvidence,
    *,
    asked: str,
    same: bool,
    unraced: Collection[str] = (),
) -> list[str]:
    """Return what was not measured, and why.

    Args:
        repository: of the project.
        chosen: what was to be compared.
        evidence: what was raced.
        asked: head's revision as it was typed.
        same: whether nothing differs between the sides.
        unraced: names of those that nothing differs for.
    """
    sentences = []
    changed = repository.changed() if asked == "HEAD" else []
    if changed:
        many = f"{len(changed)} changed files are" if len(changed) > 1 else f"{changed[0]} is"
        sentences.append(
            f"{many} not committed and not measured; --head . measures the files as they are"
        )
    if chosen and all(benchmark.sides == SIDES[1:] for benchmark in chosen):
        sentences.append(
            "base has none of these benchmarks, so there is nothing to compare with yet; "
            "--allow-empty lets that pass"
        )
    sentences += _moves(chosen)
    if same:
        sentences.append("base and head are the same: this measures the gate, not a change")
    unfinished = [
        benchmark
        for benchmark in chosen
        if benchmark.raced and benchmark.name not in {*evidence.settled, *unraced}
    ]
    if unfinished and not evidence.interrupted:
        sentences.append(
            "the time was too short for new pairs: give more --budget, or fewer benchmarks"
        )
    return sentences


def on_submodules(lacking: Sequence[str]) -> list[str]:
    """Return which submodules are empty in the checkouts."""
    return [
        f"submodule {path} is empty on both sides or one, as its commit is not at hand here; git "
        "submodule update --init --recursive fetches it"
        for path in lacking
    ]


def _moves(chosen: Sequence[Benchmark]) -> list[str]:
    """Return which benchmarks are in another file on base than on head."""
    moves: dict[tuple[str, ...], list[str]] = {}
    for benchmark in chosen:
        # Rows of suites have parameters, too, but stand in no file of the project's own.
        params = [contestant.params for contestant in benchmark.contestants]
        files = tuple(
            each["file"].removeprefix(f"{each['root']}/")
            for each in params
            if {"file", "root"} <= each.keys()
        )
        if len(set(files)) > 1:
            moves.setdefault(files, []).append(benchmark.name)
    return [
        f"{names[0] if len(names) == 1 else f'{len(names)} benchmarks'} moved: {plain(base)} on "
        f"base is {plain(head)} on head"
        for (base, head), names in moves.items()
    ]
