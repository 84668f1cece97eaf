"""The gate says which benchmarks stand in another file on base, and of suites' rows nothing."""

from __future__ import annotations

import pytest

from waitbench.gate.benchmark import Benchmark
from waitbench.gate.notes import _moves
from waitbench.scenario import Contestant, Scenario


def benchmark(*params: dict[str, str]) -> Benchmark:
    contestants = tuple(
        Contestant(name=side, model="sync", params=each)
        for side, each in zip(("base", "head"), params, strict=True)
    )
    scenario = Scenario(suite="gate", workload="own", tasks=1, concurrency=1, label="b")
    return Benchmark(name="b", scenario=scenario, contestants=contestants)


@pytest.mark.parametrize(
    ("base", "head", "told"),
    [
        ({"file": "/a/old.py", "root": "/a"}, {"file": "/b/new.py", "root": "/b"}, 1),
        ({"file": "/a/same.py", "root": "/a"}, {"file": "/b/same.py", "root": "/b"}, 0),
        ({"client": "asyncio"}, {"client": "asyncio"}, 0),
        ({}, {}, 0),
    ],
)
def test_only_what_stands_in_another_file_has_moved(
    base: dict[str, str], head: dict[str, str], told: int
) -> None:
    sentences = _moves([benchmark(base, head)])
    assert len(sentences) == told
    assert all("old.py" in sentence and "new.py" in sentence for sentence in sentences)
