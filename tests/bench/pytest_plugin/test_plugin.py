"""`pytest --benchmark-only` from outside: stock options do what they do everywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from waitbench.results.record_json import from_json
from waitbench.scenario import SCHEMA

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).parents[3]
SMALL = (
    *("--models", "sync,asyncio", "--latency", "1ms", "--tasks", "4", "--concurrency", "2"),
    *("--budget", "1.5", "--launches", "2", "--seed", "5"),
)


def bench(*arguments: str, cwd: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        # With xdist's variables a pytest takes itself for one of its workers: no benchmarks.
        env={name: value for name, value in os.environ.items() if name[:13] != "PYTEST_XDIST_"},
    )


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small run, saved both ways; the storage is a folder of its own."""
    folder = tmp_path_factory.mktemp("run")
    done = bench(
        *("--benchmark-only", "-k", "http and not 200ms"),
        *SMALL,
        f"--benchmark-json={folder}/x.json",
        f"--benchmark-storage=file://{folder}/store",
        *("--benchmark-autosave", "--benchmark-save-data"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def rows(path: Path) -> list[dict[str, Any]]:
    benchmarks: list[dict[str, Any]] = json.loads(path.read_text())["benchmarks"]
    return benchmarks


def test_rows_equal_the_recorded_durations_exactly(saved: Path) -> None:
    benchmarks = rows(saved / "x.json")
    assert [row["name"] for row in benchmarks] == [
        "test_io_bound[http-1ms-n4-c2-sync]",
        "test_io_bound[http-1ms-n4-c2-asyncio]",
    ]
    for row in benchmarks:
        record = row["extra_info"]["waitbench"]
        walls = [time_ns / 1e9 for time_ns in from_json(record).times_ns]
        assert row["stats"]["data"] == walls
        assert row["stats"]["rounds"] == len(walls) >= 2
        assert row["group"] == "http-1ms-n4-c2"
        assert record["schema"] == SCHEMA
        assert record["failure"] is None


def test_other_tools_see_words_and_numbers_and_no_address(saved: Path) -> None:
    benchmarks = rows(saved / "x.json")
    usual = {"workload": "http", "latency": "1ms", "tasks": 4, "concurrency": 2}
    for row, model in zip(benchmarks, ("sync", "asyncio"), strict=True):
        assert usual | {"model": model} == {name: row["params"][name] for name in (*usual, "model")}
        assert all(isinstance(value, str | int) for value in row["params"].values())
        assert row["param"] == f"http-1ms-n4-c2-{model}"
    assert " at 0x" not in (saved / "x.json").read_text()
    again = bench("--benchmark-only", "-k", "http and not 200ms", "--collect-only", "-q", *SMALL)
    assert [row["fullname"] for row in benchmarks] == again.stdout.splitlines()[:2]
    listed = subprocess.run(
        [
            *(sys.executable, "-m", "pytest_benchmark", "compare"),
            *(str(saved / "x.json"), "--group-by=param:model"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "model=asyncio" in listed.stdout
    assert "model=sync" in listed.stdout


def test_the_file_tells_of_the_run_but_not_of_the_host(saved: Path) -> None:
    document = json.loads((saved / "x.json").read_text())
    run = document["waitbench"]
    assert run["seed"] == 5
    assert run["options"]["launches"] == 2
    assert run["options"]["models"] == ["sync", "asyncio"]
    assert run["target"]["url"].startswith("http://127.0.0.1:")
    assert run["overhead"]["per_round_ns"] > 0
    assert "node" not in document["machine_info"]


def test_both_ways_of_saving_hold_the_same_record(saved: Path) -> None:
    (stored,) = (saved / "store").rglob("0001_*.json")
    first, other = rows(saved / "x.json"), rows(stored)
    assert [row["extra_info"] for row in first] == [row["extra_info"] for row in other]
    assert [row["stats"]["data"] for row in first] == [row["stats"]["data"] for row in other]


def test_comparing_with_a_stored_run_works(saved: Path) -> None:
    done = bench(
        *("--benchmark-only", "-k", "http and asyncio and not 200ms"),
        *SMALL,
        f"--benchmark-storage=file://{saved}/store",
        *("--benchmark-compare=0001", "--benchmark-compare-fail=median:100000%"),
        *("--benchmark-columns=min,median", "--benchmark-group-by=fullname"),
        f"--benchmark-histogram={saved}/picture",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "asyncio] (0001_" in done.stdout
    assert "asyncio] (NOW)" in done.stdout
    assert "-sync]" not in done.stdout.partition("benchmark '")[2]
    assert list(saved.glob("picture*.svg"))


def test_a_slower_run_than_allowed_fails(saved: Path) -> None:
    (stored,) = (saved / "store").rglob("0001_*.json")
    document = json.loads(stored.read_text())
    for row in document["benchmarks"]:  # a past so fast that no present can keep up
        row["stats"] = {
            name: value / 1e6 if isinstance(value, float) else value
            for name, value in row["stats"].items()
        }
    (stored.parent / stored.name.replace("0001", "0009")).write_text(json.dumps(document))
    done = bench(
        *("--benchmark-only", "-k", "http and not 200ms"),
        *SMALL,
        f"--benchmark-storage=file://{saved}/store",
        *("--benchmark-compare=0009", "--benchmark-compare-fail=median:5%"),
    )
    assert done.returncode != 0
    assert "Performance has regressed" in done.stdout + done.stderr


def test_disabled_benchmarks_run_each_contestant_once() -> None:
    done = bench("bench/waitbench/suites/test_mixed.py", "--benchmark-disable", *SMALL, "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "measured 4 rounds" in done.stderr
    assert "4 passed" in done.stdout


def test_a_bare_pytest_leaves_the_suites_alone_and_the_other_way_round() -> None:
    most = ("--ignore=tests/bench", "--ignore=tests/server")  # to import them takes seconds
    bare = bench("--collect-only", "-q", *most).stdout.splitlines()
    assert any(line.startswith("tests/test_rooms.py") for line in bare)
    assert not [line for line in bare if line.startswith("bench/waitbench/suites")]
    listed = bench("--collect-only", "-q", "--benchmark-only").stdout
    assert (
        "bench/waitbench/suites/test_io_bound.py::test_io_bound[http-50ms-n10-c10-sync]" in listed
    )
    assert "tests/" not in listed
    assert "test_gather" not in listed  # has nothing in the default run


def test_a_suite_is_named_by_its_file_and_then_never_empty() -> None:
    listed = bench(
        "--collect-only", "-q", "--quick", "bench/waitbench/suites/test_gather.py"
    ).stdout
    assert "test_gather[sleep-20ms-n5-c5-asyncio_gather]" in listed
    folder = bench("--collect-only", "-q", "--quick", "bench/waitbench/suites").stdout
    assert "test_io_bound[" in folder
    assert "test_gather" not in folder
    assert "NOTSET" not in folder


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--models=nonsense"], "there is no model named 'nonsense'; there are anyio, "),
        (["--tasks=0"], "--tasks='0' is not a whole number above zero"),
        (["--budget=-1"], "--budget -1 is no time to spend"),
        (["--seed=x"], "--seed='x' is not a whole number"),
        (["--quick", "--full"], "--quick and --full exclude each other"),
    ],
)
def test_bad_options_get_one_line_and_nothing_runs(options: list[str], complaint: str) -> None:
    done = bench("--benchmark-only", *options)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.strip() == f"ERROR: {done.stderr.strip().removeprefix('ERROR: ')}"
    assert complaint in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
