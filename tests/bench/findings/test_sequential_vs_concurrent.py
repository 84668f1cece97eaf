"""The slope of the gap in K, and what of it is concurrency and what connection reuse."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.synthetic import MS, record, scenario, shaken, summary, target
from waitbench.findings import Finding, sequential_vs_concurrent


def fetching(urls: int, walls_ms: Mapping[str, float], wait_ms: float = 20) -> list[dict[str, Any]]:
    """K URLs of the article's suite, by several contestants, each with the wall given."""
    of = scenario(
        f"http-{wait_ms:g}ms-n{urls}-c{urls}",
        suite="article",
        params={"latency": f"{wait_ms:g}ms"},
        tasks=urls,
        concurrency=urls,
        waits_ns=round(wait_ms * MS),
    )
    return [
        record(
            of,
            name,
            shaken(wall),
            kind=name.partition("-")[0],
            width=1 if name.startswith("sync") else urls,
            stats=target(asked_ms=wait_ms, cpu_ms=0.1),
            cpu_ms=0.1,
        )
        for name, wall in walls_ms.items()
    ]


def find(tmp_path: Path, *records: dict[str, Any]) -> Finding:
    return sequential_vs_concurrent.find(summary(tmp_path, *records))


def test_the_slope_in_k_is_that_of_a_line_through_the_ratios(tmp_path: Path) -> None:
    # asyncio: 2, 10 and 20 times as fast, on the line of slope 1. threads: 2, 6 and 11, slope 1/2.
    finding = find(
        tmp_path,
        *fetching(2, {"sync": 40, "asyncio": 20, "threads": 20}),
        *fetching(10, {"sync": 240, "asyncio": 24, "threads": 40}),
        *fetching(20, {"sync": 440, "asyncio": 22, "threads": 40}),
    )
    assert finding.verdict == "supported"
    assert (
        "Each further URL of 20 ms at once, from 2 to 20, adds 1.00 [1.00, 1.00] to that with "
        "asyncio, 0.50 [0.50, 0.50] with threads (1.00 is a sum against its longest part)."
    ) in finding.sentence
    assert "http-20ms-n2-c2" not in finding.conditions


def test_a_gap_that_stays_where_it_is_has_no_slope(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *(
            fetch
            for k in (5, 10, 20)
            for fetch in fetching(k, {"sync": 20.0 * k, "asyncio": 5.0 * k})
        ),
    )
    assert finding.verdict == "conditional"
    assert "adds 0.00 [0.00, 0.00] to that with asyncio" in finding.sentence


def test_the_article_s_gap_is_split_into_concurrency_and_reuse(tmp_path: Path) -> None:
    # 600 ms with a connection each, 400 ms with one kept, 20 ms at once: 30 = 20 x 1.5.
    walls = {"sync-new": 600.0, "sync": 400.0, "asyncio": 20.0, "asyncio-new": 25.0}
    finding = find(tmp_path, *fetching(20, walls))
    assert (
        "Of the article's gap, 30.0 [30.0, 30.0] times with 20 requests of 20 ms, concurrency "
        "gives 20.0 [20.0, 20.0] and connection reuse 1.50 [1.50, 1.50]"
    ) in finding.sentence
    assert "slope" not in finding.sentence
    assert "Each further URL" not in finding.sentence


def test_names_are_set_against_addresses_where_nothing_waits(tmp_path: Path) -> None:
    walls = {"sync-new": 10.0, "sync-by-name": 11.0, "asyncio-new": 4.0, "asyncio-by-name": 6.0}
    finding = find(
        tmp_path,
        *fetching(20, {"sync": 400, "asyncio": 20}),
        *fetching(20, walls, wait_ms=0),
    )
    assert finding.sentence.endswith(
        "Connecting by name, in times as long as by address: "
        "1.10 [1.10, 1.10] with sync; 1.50 [1.50, 1.50] with asyncio."
    )


def test_rows_that_the_target_held_back_split_nothing(tmp_path: Path) -> None:
    walls = {"sync-new": 600.0, "sync": 400.0}
    late = fetching(20, {"asyncio": 20})[0]
    for entry in late["rounds"]:
        entry["target"] = target(asked_ms=20, error_ms=9)
    finding = find(tmp_path, *fetching(20, {**walls, "threads": 40}), late)
    assert "Of the article's gap" not in finding.sentence
    assert finding.sentence.endswith("reuse gives sync 1.50 [1.50, 1.50] times.")
