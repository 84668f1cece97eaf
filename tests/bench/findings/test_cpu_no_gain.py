from pathlib import Path

from tests.bench.synthetic import computing, record, shaken, summary
from waitbench.findings import Finding, cpu_no_gain


def decide(tmp_path: Path, *asyncio_ms: tuple[str, str, float]) -> Finding:
    """Sync takes 60 ms in each scenario (suite, workload); asyncio as long as given."""
    records = []
    for suite, workload, wall in asyncio_ms:
        of = computing(f"{workload}-n8-c2", suite=suite, workload=workload)
        records += [record(of, "sync", shaken(60)), record(of, "asyncio", shaken(wall))]
    return cpu_no_gain.find(summary(tmp_path, *records))


def test_pictures_count_where_they_were_measured(tmp_path: Path) -> None:
    finding = decide(tmp_path, ("cpu_bound", "compute", 60), ("cpu_bound", "image", 61.2))
    assert finding.verdict == "supported"
    assert finding.evidence == ("compute-n8-c2/asyncio", "image-n8-c2/asyncio")
    assert finding.brief == "measured with compute and image; at worst 0.98 times the speed of sync"


def test_pictures_that_gain_make_it_conditional_on_the_work(tmp_path: Path) -> None:
    finding = decide(tmp_path, ("cpu_bound", "compute", 60), ("cpu_bound", "image", 30))
    assert finding.verdict == "conditional"
    assert sorted(finding.conditions) == ["compute-n8-c2", "image-n8-c2"]


def test_other_suites_ask_other_questions(tmp_path: Path) -> None:
    finding = decide(tmp_path, ("cpu_bound", "compute", 60), ("cures", "image", 30))
    assert finding.verdict == "supported"
    assert finding.evidence == ("compute-n8-c2/asyncio",)
