"""Instructions beside the clock, in a gate: what is counted, what is said, what is refused."""

from dataclasses import replace
from typing import Any

import pytest

from tests.bench.gate.outcomes import SAME, SLOWER, outcome, ratio, result
from tests.bench.gate.projects import SHOP, Project
from waitbench.cli import main
from waitbench.gate import formats, instruction_counts, second_instrument, sentences
from waitbench.gate.benchmark import SUITE, Benchmark
from waitbench.gate.instruction_counts import LONG, WAITS, Counts, countable
from waitbench.gate.outcome import FAILED
from waitbench.gate.outcome import SLOWER as STATUS_SLOWER
from waitbench.gate.second_instrument import applied, choose, on_left_out
from waitbench.gate.settings import GateSettings
from waitbench.scenario import BenchError, Contestant, Scenario
from waitbench.system import callgrind

NO_VALGRIND = "valgrind is not installed (Debian and Ubuntu: apt-get install valgrind)"


def benchmark(**more: Any) -> Benchmark:
    scenario = Scenario(suite=SUITE, label="bench_total", workload="own", tasks=1, concurrency=1)
    sides = tuple(Contestant(name=side, model="sync", **more) for side in ("base", "head"))
    return Benchmark(name="bench_total", scenario=scenario, contestants=sides)


def counts(name: str, base: float, head: float) -> Counts:
    return Counts(kind="callgrind", still=True, pairs={name: [(base, head)] * 6}, calls={name: 10})


def both(row: Any, base: float, head: float, *, clock: bool = True) -> list[Any]:
    return applied([row], counts(row.name, base, head), GateSettings(), clock=clock)


def test_only_what_one_thread_of_our_worker_runs_is_counted() -> None:
    assert countable(benchmark())
    assert not countable(benchmark(program=("pytest",)))
    threads = tuple(replace(each, model="threads") for each in benchmark().contestants)
    assert not countable(replace(benchmark(), contestants=threads))
    of_suite = replace(benchmark().scenario, workload="compute")
    assert not countable(replace(benchmark(), scenario=of_suite))


def test_counting_is_a_default_that_falls_back_and_a_wish_that_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lacking() -> str:
        raise BenchError(
            f"instructions are not counted: the kernel gives no count, and {NO_VALGRIND}"
        )

    monkeypatch.setattr(second_instrument, "DEFAULT", "both")
    monkeypatch.setattr(second_instrument, "kind_here", lambda: "callgrind")
    settings, raced = GateSettings(), [benchmark()]
    assert choose(raced, settings, part=False).counter == "callgrind"
    assert choose(raced, settings, part=True).counter is None
    assert choose(raced, replace(settings, instrument="wall"), part=False).counter is None
    assert not choose(raced, replace(settings, instrument="instructions"), part=False).clock
    assert choose([benchmark(program=("pytest",))], settings, part=False).counter is None
    monkeypatch.setattr(second_instrument, "kind_here", lacking)
    chosen = choose(raced, settings, part=False)
    assert chosen.counter is None
    assert chosen.notes == (
        f"instructions are not counted: the kernel gives no count, and {NO_VALGRIND}",
    )
    with pytest.raises(BenchError, match=r"install valgrind\); --instrument wall takes the clock"):
        choose(raced, replace(settings, instrument="both"), part=False)


def test_one_per_cent_more_work_is_slower_by_instructions() -> None:
    (row,) = both(SAME, 10_000.0, 10_100.0)
    assert (row.verdict, row.by) == ("slower", "instructions")
    told = outcome(row)
    assert told.status() == STATUS_SLOWER
    assert sentences.headline(told) == (
        "Slower: bench_parse takes 1.0 % more instructions (1 of 1 benchmark)."
    )
    assert sentences.verdict(row) == "slower, by instructions"
    text = formats.render("terminal", told)
    assert "+1.00 % [+0.95, +1.05]" in text
    assert "clock +0.0 %, instructions +1.00 %: believe the instructions: so little" in text
    assert "| instructions |" in formats.render("markdown", told)
    assert row.figures["instructions"].base == 1000  # of a call: a round had ten


def test_the_clock_is_believed_where_the_same_instructions_take_longer() -> None:
    (row,) = both(SLOWER, 10_000.0, 10_000.0)
    assert (row.verdict, row.by) == ("slower", "clock")
    assert sentences.headline(outcome(row)) == (
        "Slower: bench_total takes 25.0 % longer (1 of 1 benchmark)."
    )
    assert "believe the clock: the same instructions take other time where memory" in row.notes[-1]


def test_without_the_clock_what_was_not_counted_is_not_compared() -> None:
    late, waits = result("bench_late", "undecided"), result("bench_nap", "undecided")
    kept = applied([late, waits], counts("bench_late", 10.0, 10.0), GateSettings(), clock=False)
    assert [(row.name, row.verdict, row.by) for row in kept] == [
        ("bench_late", "same", "instructions")
    ]
    assert sentences.verdict(kept[0]) == "same within 0.5 %"
    assert (
        outcome(*applied([waits], counts("x", 1.0, 1.0), GateSettings(), clock=False)).status()
        == FAILED
    )


def test_what_is_left_out_is_named_but_for_what_waits_beside_the_clock() -> None:
    left_out = {"bench_nap": WAITS, "bench_long": LONG}
    assert on_left_out(left_out, clock=True) == [f"not counted: bench_long ({LONG})"]
    alone = on_left_out(left_out, clock=False)
    assert alone[0].startswith(f"not counted: bench_nap ({WAITS}), and so not compared")


def test_counts_are_refused_where_nobody_decides_by_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ("gate", "--base", "HEAD", "--instrument", "instructions")
    assert main([*arguments, "--command", "true"]) == 2
    assert "with --command no instructions are counted" in capsys.readouterr().err


def test_a_ratio_decides_a_verdict_by_its_own_margin() -> None:
    settings = GateSettings(instructions=0.02)
    (row,) = applied([SAME], counts("bench_parse", 1000.0, 1010.0), settings, clock=True)
    assert (row.verdict, row.by) == ("same", "")
    assert row.ratio == ratio(1.0, 0.99, 1.01)


@pytest.mark.processes
@pytest.mark.skipif(bool(callgrind.lacking()), reason=callgrind.lacking())
def test_a_gate_by_instructions_alone_finds_one_per_cent_and_leaves_out_what_waits(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instruction_counts, "PAIRS", 3)
    naps = "import time\ndef bench_nap():\n    time.sleep(0.001)\n"
    benchmarks = (project.folder / "benchmarks.py").read_text()
    project.write("benchmarks.py", f"{benchmarks}{naps}")
    project.commit("nap")
    project.write("src/shop.py", SHOP.replace("for row in rows)", "for row in [*rows, 0, 0])"))
    project.commit("one per cent")
    chosen = ("-k", "total or nap", "--instrument", "instructions")
    assert main(["gate", "--base", "HEAD~1", *chosen, "--seed", "1"]) == 1
    printed = capsys.readouterr().out
    assert "bench_total takes" in printed
    assert "more instructions (1 of 1 benchmark)" in printed
    assert "not counted: bench_nap (it waits" in printed
