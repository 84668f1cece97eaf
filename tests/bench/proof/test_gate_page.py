"""The gate's proof from trials made by hand: what counts as an alarm, and what as found."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.bench.gate.projects import Project
from tests.proof.gate import sitting
from tests.proof.gate.changes import CHANGES, KINDS, SHELF_CHANGES
from tests.proof.gate.other_build import OtherGate, unpacked
from tests.proof.gate.page import page
from tests.proof.gate.resampled import resampled
from tests.proof.gate.scratch import BASE, make, make_shelf
from tests.proof.gate.shelf_tests import FILES, TIMES
from tests.proof.gate.trials import BenchmarkComparison, GateTrial, Launch
from waitbench.gate.repository import Repository
from waitbench.scenario import BenchError


def launch(base_us: int, head_us: int) -> Launch:
    return Launch(
        log_ratio=0.0, mean_us=(base_us, head_us), min_us=(base_us, head_us), rounds=(5, 5)
    )


def trial(number: int, verdict: str, kind: str = "", *, noisy: bool = False) -> GateTrial:
    # Saved: base of the first pair, 100 µs; new: head of the last, 106 µs: 6 % slower.
    comparison = BenchmarkComparison(
        name="total",
        kind=kind,
        verdict=verdict,
        launches=(launch(100, 101), launch(120, 106)),
    )
    change = "mixed0" if kind else "null"
    return GateTrial(
        number=number, noisy=noisy, change=change, took_s=10.0, load=None, comparisons=(comparison,)
    )


def test_alarms_and_finds_are_counted_apart() -> None:
    drawn = page(
        [
            trial(0, "same"),
            trial(1, "faster"),
            trial(2, "slower", "cpu5"),
            trial(3, "undecided", "cpu5"),
            trial(4, "same", "cpu2"),
        ]
    )
    half = "50.0 % (1.3 to 98.7; 1/2)"
    # One of five trials held a false alarm; two of them had no benchmark to raise one on.
    assert f"| waitbench gate | {half} | 20.0 % (0.5 to 71.6; 1/5) | {half} |" in drawn
    # 106 against a saved 100 is over 5 % in all trials, whatever the truth.
    assert "| pytest-benchmark mean:5% | 100.0 % (15.8 to 100.0; 2/2)" in drawn
    assert f"| +5 % CPU | +0.0 % | {half} | {half} | 0.0 % (0.0 to 84.2; 0/2) |" in drawn
    assert "noisy neighbour" not in drawn


def test_disturbed_trials_have_a_table_of_their_own() -> None:
    drawn = page([trial(0, "same", noisy=True)])
    assert "## Beside a noisy neighbour" in drawn
    assert "## Quiet" not in drawn


def test_the_gates_of_another_build_are_held_against_ours() -> None:
    other = OtherGate(build="abc1234", took_s=20.0, verdicts={"total": "same"})
    beside = [
        replace(trial(0, "same"), other=other, took_s=8.0),
        replace(trial(1, "same"), other=other, took_s=10.0),
        replace(trial(2, "same", noisy=True), other=other, took_s=12.0),
        trial(3, "same"),  # alone: its seconds are no part of the table
    ]
    drawn = page(beside)
    assert "## Beside the gate of abc1234" in drawn
    assert "| quiet | 2 | 9 | 20 | 0.45 (0.40 to 0.50) |" in drawn
    assert "| beside a noisy neighbour | 1 | 12 | 20 | 0.60 (0.60 to 0.60) |" in drawn
    assert "| all | 3 | 10 | 20 | 0.50 (0.40 to 0.60) |" in drawn
    assert "| of these, identical code | 3 |" in drawn
    assert "abc1234" not in page([trial(3, "same")])


@pytest.mark.processes
def test_another_build_s_gate_is_run_from_its_own_code(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.commit("the same again")
    wanted = {"base": "HEAD~1", "head": "HEAD", "python": None, "minutes": 0.05, "seed": 1}
    with unpacked("HEAD") as other:
        assert (other.folder / "bench" / "waitbench").is_dir()
        record = other.gate(Repository.around(project.folder), wanted)
        with pytest.raises(BenchError, match=other.commit):
            other.gate(Repository.around(project.folder), {**wanted, "head": "nosuch"})
    assert not other.folder.exists()
    gate = OtherGate(**record)
    assert gate.build == other.commit
    assert set(gate.verdicts) == {"total", "double"}
    with pytest.raises(BenchError, match="there is no commit 'nosuch'"), unpacked("nosuch"):
        pass


def test_the_first_verdict_is_heard_and_told() -> None:
    heard = sitting.FirstVerdict()
    moments = []
    for sentence in ("looking for benchmarks", "same: bench_nap (4 pairs)", "slower: bench_total"):
        heard.hear(sentence)
        moments.append(heard.after_s)
    assert moments[0] is None
    assert moments[1] == moments[2] is not None
    trials = [replace(trial(0, "same"), first_s=12.0), replace(trial(1, "same"), first_s=18.0)]
    assert "First verdicts after 15 s (18 at most)." in page([*trials, trial(2, "same")])
    assert "First verdicts" not in page([trial(2, "same")])


def measured(spread: float, pairs: int = 40) -> GateTrial:
    """A trial whose pairs of unchanged code lie so far apart."""
    rng = np.random.default_rng(1)
    launches = tuple(
        Launch(log_ratio=float(rng.normal(0, spread)), mean_us=(1, 1), min_us=(1, 1), rounds=(1, 1))
        for _ in range(pairs)
    )
    comparison = BenchmarkComparison(name="total", kind="", verdict="same", launches=launches)
    return GateTrial(
        number=0, noisy=False, change="null", took_s=1.0, load=None, comparisons=(comparison,)
    )


@pytest.mark.slow
def test_gates_drawn_from_measured_pairs_find_what_is_put_upon_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.proof.gate.resampled.SUITES", 20)
    steady = resampled([measured(0.01)])
    assert steady is not None
    assert steady.pairs == 40
    assert not any(steady.alarms)
    assert all(all(suites) for suites in steady.detected.values())
    restless = resampled([measured(0.2)])
    assert restless is not None
    assert sum(restless.undecided) > len(restless.undecided) / 2
    assert resampled([measured(0.01, pairs=5)]) is None


@pytest.mark.processes
def test_every_commit_changes_the_shop_as_it_says(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop")
    tags = shop.commits(BASE, "mixed0")
    assert len(tags) == 1
    for name, change in CHANGES.items():
        assert shop.revision(name).title == name
        assert set(change.kinds.values()) == (set(KINDS) if change.kinds else set())


@pytest.mark.processes
def test_every_commit_of_the_shelf_slows_what_its_tests_time(tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path / "shelf")
    for name, change in SHELF_CHANGES.items():
        assert shelf.revision(name).title == name
        assert set(change.kinds.values()) == ({"cpu5", "cpu10"} if change.kinds else set())
    for test, function in TIMES.items():
        file, _, rest = test.partition("::")
        code = FILES[f"tests/{file}"]
        assert f"def {rest.rpartition('::')[2].partition('[')[0]}(" in code
        assert function in code
    # Each function is slower in one of four commits by 5 %, in one by 10 %, and in two not at all.
    whole = next(test for test, function in TIMES.items() if function == "order")
    kinds = [change.kinds.get(f"tests/{whole}") for change in SHELF_CHANGES.values()]
    assert Counter(kinds) == {None: 3, "cpu5": 1, "cpu10": 1}


def test_quiet_and_noisy_take_turns_and_what_was_run_least_comes_first() -> None:
    chosen = sitting.cells()
    assert [(cell.change, cell.noisy) for cell in chosen[:6]] == [
        ("mixed0", False),
        ("mixed0", True),
        ("mixed1", False),
        ("mixed1", True),
        ("null", False),
        ("null", True),
    ]
    with pytest.raises(BenchError, match="there is no 'nosuch' to prove"):
        sitting.cells(["nosuch"])
    assert {cell.noisy for cell in sitting.cells(["quiet", "null"])} == {False}


def test_what_stands_twice_in_the_list_is_run_twice_in_a_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sitting, "CHANGES", {"null": CHANGES["null"], "mixed0": CHANGES["mixed0"]})
    monkeypatch.setattr(sitting, "NULL_EVERY", 1)
    chosen = [*sitting.cells(["quiet"]), sitting.TrialCell(change="null", noisy=False)]
    raced: Counter[sitting.TrialCell] = Counter()
    order = []
    for _ in range(6):
        cell = sitting.following(chosen, raced)
        raced[cell] += 1
        order.append(cell.change)
    assert order == ["null", "mixed0", "null"] * 2
