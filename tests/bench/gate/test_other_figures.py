"""CPU and peak memory as gated figures: off without a margin, *dearer* where surely more."""

from pathlib import Path

import pytest

from tests.bench.gate.outcomes import SAME, SLOWER, outcome, row
from tests.bench.gate.projects import Project
from tests.bench.synthetic import round_record
from waitbench.gate import (
    discover,
    formats,
    memory_peaks,
    other_figures,
    prepare,
    sentences,
    settings,
    worktrees,
)
from waitbench.gate.evidence import GateEvidence
from waitbench.gate.other_figures import applied, cpu_pairs
from waitbench.gate.outcome import SLOWER as STATUS_SLOWER
from waitbench.gate.outcome import Result
from waitbench.gate.repository import Repository
from waitbench.gate.settings import GateSettings
from waitbench.race.record import RaceRecord, row_key

MEGABYTE = 2**20


def evidence(name: str, base_ns: int, head_ns: int, *, screen: int, more: int = 0) -> GateEvidence:
    """Launches of equal CPU, one round each; those after the screen take no CPU at all."""
    rows = [row(name, side) for side in ("base", "head")]
    for each, cpu_ns in zip(rows, (base_ns, head_ns), strict=True):
        each.rounds = [
            round_record(10_000, launch=launch, cpu_ns=cpu_ns + launch if launch < screen else 1)
            for launch in range(screen + more)
        ]
    record = RaceRecord(rows={row_key(each.scenario, each.contestant): each for each in rows})
    return GateEvidence(race=record, launches=screen + more, common_pairs=screen)


def gated(result: Result, raced: GateEvidence, *, cpu: float) -> Result:
    (after,) = applied([result], [], raced, GateSettings(cpu=cpu), ends_s=0.0, say=lambda _: None)
    return after


def test_cpu_is_that_of_the_screen_which_races_all_alike() -> None:
    raced = evidence("bench_parse", 5000, 6000, screen=3, more=4)
    assert cpu_pairs(["bench_parse", "bench_gone"], raced) == {
        "bench_parse": [(5000, 6000), (5001, 6001), (5002, 6002)]
    }


def test_neither_is_gated_without_a_margin(tmp_path: Path) -> None:
    assert (GateSettings().cpu, GateSettings().memory) == (None, None)
    table = '[tool.waitbench.gate]\ncpu = "5%"\nmemory = 0.1\n'
    (tmp_path / "pyproject.toml").write_text(table)
    read = settings.read(tmp_path)
    assert (read.cpu, read.memory) == (0.05, 0.1)
    assert [other_figures.gated(each) for each in (GateSettings(), read)] == [1, 3]


def test_more_cpu_in_the_same_time_is_dearer_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    raced = evidence("bench_parse", 5000, 6000, screen=10)
    monkeypatch.setattr(
        other_figures, "cpu_pairs", lambda _names, there: cpu_pairs(["bench_parse"], there)
    )
    dearer = gated(SAME, raced, cpu=0.05)
    assert (dearer.verdict, dearer.by) == ("dearer", "CPU")
    told = outcome(dearer)
    assert told.status() == STATUS_SLOWER
    assert (
        sentences.headline(told) == "Dearer: bench_parse takes 20.0 % more CPU (1 of 1 benchmark)."
    )
    assert sentences.verdict(dearer) == "dearer, by CPU"
    for form in ("terminal", "markdown", "junit", "json", "codequality", "annotations"):
        assert "dearer" in formats.render(form, told)
    assert gated(SAME, raced, cpu=0.25).verdict == "same"
    assert gated(SAME, evidence("bench_parse", 5000, 4000, screen=10), cpu=0.05).verdict == "same"


def test_what_is_slower_stays_slower_and_shows_the_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raced = evidence("bench_total", 5000, 6000, screen=10)
    monkeypatch.setattr(
        other_figures, "cpu_pairs", lambda _names, there: cpu_pairs(["bench_total"], there)
    )
    slower = gated(SLOWER, raced, cpu=0.05)
    assert (slower.verdict, slower.by) == ("slower", "")
    assert sentences.figure(slower, "CPU").startswith("+19.9")


BENCHMARKS = """
import subprocess, sys
import shop
def bench_kept():
    return shop.kept(1)
def bench_child():
    hungry = f"import time; kept = b'x' * ({shop.MEGABYTES} * 2**20); time.sleep(0.2)"
    return subprocess.run([sys.executable, "-c", hungry], check=True).returncode
"""
SHOP = """
MEGABYTES = 40
def kept(times):
    return len([b"x" * 2**20 for _ in range(MEGABYTES * times)])
"""


@pytest.mark.processes
def test_the_peak_is_that_of_a_benchmark_alone_with_its_children(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("benchmarks.py", BENCHMARKS)
    project.write("src/shop.py", SHOP)
    project.commit("small")
    project.write("src/shop.py", SHOP.replace("= 40", "= 80"))
    project.commit("large")
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(memory_peaks, "PAIRS", 1)
    repository = Repository.around(project.folder)
    revisions = repository.revision("HEAD~1"), repository.revision("HEAD")
    with worktrees.checked_out(repository, *revisions) as checkouts:
        pythons = None, None
        both = prepare.sides(checkouts, GateSettings(), pythons, None, prepare.silent)
        listing = discover.find(both, checkouts, GateSettings(), repository.top, renamed={})
        pairs = memory_peaks.peaks(listing.benchmarks, ends_s=0.0)
    for name in ("bench_kept", "bench_child"):
        ((base, head),) = pairs[name]
        assert 30 * MEGABYTE < head - base < 60 * MEGABYTE  # 40 more, on top of Python's own
