"""Parts of a gate, as several machines would have written them, and the verdict over all."""

import json
from dataclasses import replace
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bench.gate.outcomes import outcome, result, row
from tests.bench.synthetic import ENVIRONMENT, round_record
from waitbench.cli import main
from waitbench.gate import decision, parts
from waitbench.gate.formats import json as form
from waitbench.results.record import LaunchRecord
from waitbench.scenario import BenchError

NAMES = ("bench_total", "bench_parse")
FILES = {"options": {"minutes": 10.0}, "environment": ENVIRONMENT}


def part(  # noqa: PLR0913 - what parts may differ in
    folder: Path,
    number: int,
    *,
    of: int = 4,
    slower: float = 0.05,
    pairs: int = 8,
    speed: float = 1.0,
    **more: Any,
) -> Path:
    """Write a part in which head's `bench_total` is slower, and pairs lie 0.5 % apart."""
    rng = np.random.default_rng(number)
    rows = {}
    for name in NAMES:
        for side in ("base", "head"):
            record = row(name, side)
            takes = speed * (1 + slower if (name, side) == ("bench_total", "head") else 1)
            record.launches = [LaunchRecord(launch=launch) for launch in range(pairs)]
            record.rounds = [
                round_record(
                    round(2e6 * takes * exp(rng.normal(0, 0.005))),
                    launch=launch,
                    block=block,
                    single=True,
                    spans="",
                )
                for launch in range(pairs)
                for block in range(3)
            ]
            rows[name, side] = record
    results = [result(name, "undecided", pairs=pairs) for name in NAMES]
    made = outcome(
        *results,
        **(FILES | {"rows": rows, "part": (number, of), "machine": f"m{number}"} | more),
    )
    path = folder / f"part-{number}.json"
    path.write_text(form.render(made), encoding="utf-8")
    return path


def merged(*paths: Path) -> Any:
    return parts.merged(paths, [json.loads(path.read_text()) for path in paths])


def test_a_slow_down_of_5_percent_is_seen_over_four_machines(tmp_path: Path) -> None:
    paths = [part(tmp_path, number, speed=number) for number in (1, 2, 3, 4)]
    gate = merged(*paths)
    by_name = {each.name: each for each in gate.results}
    assert by_name["bench_total"].verdict == "slower"
    assert by_name["bench_total"].change[0] == pytest.approx(0.05, abs=0.01)
    assert by_name["bench_total"].ratio.over == "machines"
    assert by_name["bench_total"].pairs == 32
    assert by_name["bench_parse"].verdict == "same"
    assert gate.status() == 1
    assert [machine["name"] for machine in gate.machines] == [f"machine {n}" for n in (1, 2, 3, 4)]
    assert by_name["bench_total"].base_ns == pytest.approx(1e6, rel=0.02)  # of two calls, machine 1


def test_a_missing_part_is_said_and_the_rest_decided(tmp_path: Path) -> None:
    gate = merged(*(part(tmp_path, number) for number in (1, 3, 4)))
    assert "part 2 of 4 is missing; the rest is decided" in gate.notes
    assert gate.of("slower")


def test_machines_that_disagree_are_named_in_a_note(tmp_path: Path) -> None:
    gate = merged(part(tmp_path, 1, of=2, slower=0.0), part(tmp_path, 2, of=2, slower=0.3))
    (total,) = (each for each in gate.results if each.name == "bench_total")
    (note,) = (note for note in total.notes if "machines disagree" in note)
    assert "on machine 1 (Imagined CPU, 2 cores, CPython 3.10)" in note
    (parse,) = (each for each in gate.results if each.name == "bench_parse")
    assert not parse.notes


def test_one_machine_in_several_parts_decides_over_its_pairs(tmp_path: Path) -> None:
    gate = merged(*(part(tmp_path, number, machine="m") for number in (1, 2, 3, 4)))
    (total,) = gate.of("slower")
    assert (total.ratio.over, total.ratio.count) == ("launches", 32)
    assert gate.machines == ()


def test_what_failed_on_one_machine_has_failed(tmp_path: Path) -> None:
    failed = [
        result("bench_total", "failed", notes=("head: KeyError",)),
        result("bench_parse", "undecided"),
    ]
    gate = merged(part(tmp_path, 1, of=2), part(tmp_path, 2, of=2, results=tuple(failed)))
    assert gate.of("failed")[0].notes == ("head: KeyError",)
    assert gate.status() == 2


def test_a_gate_of_other_commits_is_refused(tmp_path: Path) -> None:
    first = part(tmp_path, 1, options={"minutes": 10.0, "commits": ["a", "b"]})
    with pytest.raises(BenchError, match=r"commits \['a', 'b'\], not \['a', 'c'\]"):
        merged(first, part(tmp_path, 2, options={"minutes": 10.0, "commits": ["a", "c"]}))


@pytest.mark.parametrize("of", [1, 2, 4, 30])
def test_the_errors_of_all_merges_add_up_to_that_of_a_gate(of: int) -> None:
    looks = [decision.merged_look(present, of) for present in range(1, of + 1)]
    assert sum(look.error for look in looks) == pytest.approx(decision.CLOCK_ERROR)
    assert sum(look.same_error for look in looks) == pytest.approx(decision.SAME_ERROR)


def test_a_part_decides_nothing_and_the_merge_has_the_gate_s_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = outcome(result("bench_total", "undecided", pairs=8), part=(1, 4))
    assert replace(made, interrupted=True).status() == 130
    assert made.status(strict=True) == 0
    paths = [str(part(tmp_path, number)) for number in (1, 2, 3, 4)]
    summary = tmp_path / "summary.md"
    assert main(["merge", *paths, "-o", str(summary)]) == 1
    assert "Slower: bench_total" in capsys.readouterr().out
    assert "4 machines" in summary.read_text()
    assert main(["merge", *paths[:1], str(tmp_path / "none.json")]) == 2
    assert "no results file" in capsys.readouterr().err
