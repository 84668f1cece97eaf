"""Files of other tools: each is told by what it holds, and its figures are those of its tool."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench.others import benchmark, machine, plain, write
from waitbench.results import formats
from waitbench.results.foreign import ForeignBenchmark, ForeignRun
from waitbench.results.load import load
from waitbench.scenario import BenchError

PYPERF = {
    "version": "1.0",
    "metadata": {
        "name": "sort",
        "loops": 64,
        "inner_loops": 2,
        "cpu_count": 8,
        "cpu_model_name": "Example CPU 1000",
        "hostname": "secret-host",
        "python_version": "3.12.4 (64-bit)",
        "perf_version": "2.6.0",
    },
    "benchmarks": [
        {
            "runs": [
                {"warmups": [[64, 0.5]]},
                {"values": [0.010, 0.012, 0.011]},
                {"values": [0.013, 0.014, 0.015]},
            ]
        }
    ],
}
PYPERF_5 = {
    "version": 5,
    "benchmarks": [
        {
            "common_metadata": {"name": "telco", "loops": 8},
            "runs": [{"samples": [0.02, 0.04]}, {"samples": [0.03, 0.05]}],
        }
    ],
}
PYPERF_1 = {"version": 1, "metadata": {"name": "first"}, "runs": [[0.1, 0.3, 0.2]]}
HYPERFINE = {
    "results": [
        {"command": "sleep 1", "mean": 1.1, "median": 1.0, "times": [1.0, 1.2, 1.1]},
        {"command": "false", "mean": 0.1, "times": [0.1], "exit_codes": [1]},
    ]
}
HYPERFINE_2 = {
    "schema_version": 2,
    "metadata": {"hyperfine_version": "2.0.0", "platform": {"os": "linux"}},
    "primary_metric": "time_wall_clock",
    "results": [
        {
            "command": "sleep 1",
            "name": "one second",
            "measurements": [
                {"time_wall_clock": {"value": 1.0, "unit": "second"}, "exit_code": 0},
                {"time_wall_clock": {"value": 1.2, "unit": "second"}, "exit_code": 0},
            ],
            "summary": {"time_wall_clock": {"unit": "second", "count": 2, "median": 1.1}},
        }
    ],
}
CODSPEED = {
    "creator": {"name": "pytest-codspeed", "version": "5.0.4", "pid": 7},
    "instrument": {"type": "walltime"},
    "benchmarks": [
        {
            "name": "test_wait",
            "uri": "tests/test_shop.py::test_wait",
            "stats": {
                "median_ns": 5e6,
                "q1_ns": 4.9e6,
                "q3_ns": 5.1e6,
                "rounds": 60,
                "iter_per_round": 10,
            },
        }
    ],
}
ASV = {
    "commit_hash": "1" * 40,
    "date": 1767225600000,
    "params": {"machine": "secret-host", "cpu": "Example CPU 1000", "num_cpu": "4"},
    "python": "3.12",
    "result_columns": ["result", "params", "version", "stats_q_25", "stats_q_75"],
    "results": {
        "bench.Suite.time_sum": [[0.001, None], [["10", "20"]], "v", [0.0009], [0.0011]],
        "bench.Suite.peakmem_sum": [[2e6], [], "v"],
        "bench.Suite.track_size": [[42], [], "v"],
        "bench.Suite.time_broken": [None, [], "v"],
    },
    "version": 2,
}
GOOGLE = {
    "context": {"num_cpus": 4},
    "benchmarks": [
        {"name": "BM/8", "run_name": "BM/8", "run_type": "iteration", "iterations": 1000}
        | {"real_time": time, "time_unit": "us"}
        for time in (2.0, 4.0, 3.0)
    ]
    + [{"name": "BM/8_mean", "run_type": "aggregate", "real_time": 3.0, "time_unit": "us"}],
}
FILES = {
    "asv": ASV,
    "codspeed": CODSPEED,
    "google_benchmark": GOOGLE,
    "hyperfine": HYPERFINE,
    "hyperfine-2": HYPERFINE_2,
    "pyperf": PYPERF,
    "pyperf-1": PYPERF_1,
    "pyperf-5": PYPERF_5,
    "pytest_benchmark": plain(benchmark("test_a")),
}


def read(document: Any) -> ForeignRun:
    file = formats.recognised(document)
    assert file is not None
    run: ForeignRun = file.read(document)
    return run


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_claimed_by_its_tool_alone(name: str) -> None:
    from waitbench import registry

    claiming = [
        file
        for file in registry.names(formats.ROOM)
        if registry.load(formats.ROOM, file).claims(FILES[name])
    ]
    assert claiming == [name.partition("-")[0]]


@pytest.mark.parametrize("document", [None, 3, [], [1, 2], {}, {"benchmarks": 3}, {"results": []}])
def test_what_no_tool_wrote_is_claimed_by_none(document: Any) -> None:
    assert formats.recognised(document) is None


@pytest.mark.parametrize(
    ("name", "value", "unit", "rounds", "calls"),
    [
        ("pyperf", 12.5e6, "ns", 6, 128),  # the median of 10 to 15 ms
        ("pyperf-5", 35e6, "ns", 4, 8),
        ("pyperf-1", 200e6, "ns", 3, 1),
        ("hyperfine", 1.1e9, "ns", 3, 1),
        ("hyperfine-2", 1.1e9, "ns", 2, 1),
        ("codspeed", 5e6, "ns", 60, 10),  # of a call: not divided once more
        ("google_benchmark", 3000, "ns", 3, 1000),
        ("asv", 1e6, "ns", 0, 0),
        ("pytest_benchmark", 10e6, "ns", 50, 1),
    ],
)
def test_the_first_figure_of_each_is_its_median(
    name: str, value: float, unit: str, rounds: int, calls: int
) -> None:
    first = read(FILES[name]).benchmarks[0]
    assert first.value == pytest.approx(value)
    assert (first.unit, first.rounds, first.calls) == (unit, rounds, calls)


def test_pyperf_has_a_value_for_each_process_and_none_of_calibration() -> None:
    run = read(PYPERF)
    (sort,) = run.benchmarks
    assert [len(values) for values in sort.processes] == [3, 3]
    assert run.measured_by == "pyperf 2.6.0"
    assert run.environment["cores"] == 8
    assert "secret-host" not in repr(run)


CODE = {
    "bench.Suite.time_made": """
class Suite:
    async def time_made(self):
        await self.load()

    def setup(self):
        self.items = (x for x in range(3))
""",
    "bench.Suite.time_yields": """
class Suite:
    def time_yields(self):
        for item in self.items:
            yield item
""",
    "bench.Suite.time_runs": """
class Suite:
    def time_runs(self):
        def inner():
            yield 1
        list(inner())

    async def time_made(self):
        pass
""",
    "bench.track_all": "def track_all():\n    yield 1\n",
    "bench.time_torn": "def time_torn(:\n",
}


def test_asv_benchmarks_that_only_make_a_coroutine_or_a_generator_say_so(tmp_path: Path) -> None:
    results = {name: [[1e-7]] for name in CODE}
    document = {"commit_hash": "1" * 40, "results": results, "result_columns": ["result"]}
    path = tmp_path / "results" / "machine" / "1111.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(document))
    assert not any(each.remarks for each in shown(path))  # nothing beside it tells
    listed = path.parent.parent / "benchmarks.json"
    listed.write_text(json.dumps({"version": 2} | {name: {"code": c} for name, c in CODE.items()}))
    remarks = {each.name: each.remarks for each in shown(path)}
    assert "coroutine function" in remarks["bench.Suite.time_made"][0]
    assert "generator" in remarks["bench.Suite.time_yields"][0]
    assert [name for name, said in remarks.items() if said] == list(CODE)[:2]
    listed.write_text("{")
    assert not any(each.remarks for each in shown(path))


def shown(path: Path) -> tuple[ForeignBenchmark, ...]:
    others = load(path, foreign=True).others
    assert others is not None
    return others.benchmarks


def test_asv_tells_no_path_of_an_interpreter_and_no_spread_of_one_round(tmp_path: Path) -> None:
    columns = ["result", "params", "version", "stats_q_25", "stats_q_75", "stats_repeat"]
    results = {"time_one": [[0.01], [], "v", [0.01], [0.01], [1]]}
    results |= {"time_two": [[0.01], [], "v", [0.009], [0.011], [2]]}
    document = {"commit_hash": "1" * 40, "result_columns": columns, "results": results}
    path = tmp_path / "x.json"
    path.write_text(json.dumps(document | {"python": "/home/somebody/venv/bin/python3"}))
    run = load(path, foreign=True)
    assert "somebody" not in str(run.environment)
    one, two = shown(path)
    assert one.spread is None
    assert two.spread == pytest.approx((9e6, 11e6))


def test_asv_names_its_parameters_and_units_and_what_failed() -> None:
    run = read(ASV)
    assert [(each.name, each.value, each.unit) for each in run.benchmarks] == [
        ("bench.Suite.time_sum(10)", 1e6, "ns"),
        ("bench.Suite.peakmem_sum", 2e6, "bytes"),
        ("bench.Suite.track_size", 42, ""),
    ]
    assert run.benchmarks[0].spread == pytest.approx((0.9e6, 1.1e6))
    assert [each.name for each in run.skipped] == [
        "bench.Suite.time_sum(20)",
        "bench.Suite.time_broken",
    ]
    assert run.when.startswith("2026-01-01")
    assert "secret-host" not in repr(run)


def test_a_command_that_failed_is_said_to_have() -> None:
    assert read(HYPERFINE).benchmarks[1].remarks == ("it failed in 1 of 1 rounds",)
    assert read(HYPERFINE_2).benchmarks[0].name == "one second"


@pytest.mark.parametrize(
    ("stats", "reason"),
    [
        ({"median": 0.0}, "0"),
        ({"median": -1.0}, "below 0"),
        ({"median": float("inf")}, "not finite"),
        ({"median": 1e305}, "too large"),
        ({"median": 1e-320}, "too small"),
        ({"median": 10**400}, "not finite"),
        ({"median": "fast"}, "no number"),
        ({"median": True}, "no number"),
        ({"median": None}, "missing"),
    ],
)
def test_a_figure_that_is_none_is_named_with_the_reason(stats: dict[str, Any], reason: str) -> None:
    run = read(plain(benchmark("test_good"), benchmark("test_bad", stats=stats)))
    assert [each.name for each in run.benchmarks] == ["test_good"]
    assert [each.name for each in run.skipped] == ["test_bad"]
    assert reason in run.skipped[0].reason


def test_what_has_no_median_and_what_is_no_benchmark_is_named() -> None:
    only_mean = {**benchmark("test_mean_only"), "stats": {"mean": 0.01}}
    run = read(plain(benchmark("test_good"), only_mean, "nonsense", {"name": "test_empty"}))
    assert [(each.name, each.reason) for each in run.skipped] == [
        ("test_mean_only", "it has no median"),
        ("entry 3", "it is no benchmark"),
        ("test_empty", "it has no figures"),
    ]


def test_figures_that_contradict_each_other_are_said_to() -> None:
    wrong = {"median": 0.01, "q1": 0.019, "q3": 0.021, "mean": 0.02}
    (edited,) = read(plain(benchmark("test_a", stats=wrong))).benchmarks
    assert any("median is below q1" in remark for remark in edited.remarks)
    assert read(plain(benchmark("test_a"))).benchmarks[0].remarks == ()


def test_a_cpu_without_a_name_is_its_architecture() -> None:
    facts = machine(machine="aarch64", cpu={"brand_raw": "-", "count": 4})
    assert read(plain(benchmark("test_a"), machine_info=facts)).environment["cpu"] == "aarch64"


def test_half_a_character_is_a_sign_that_can_be_written() -> None:
    (read_file,) = read(plain(benchmark("test_read[caf\udce9]", group="caf\udce9"))).benchmarks
    assert read_file.name == "test_read[caf\ufffd]"
    read_file.group.encode()


def test_a_group_of_spaces_is_none() -> None:
    assert read(plain(benchmark("test_a", group="  "))).benchmarks[0].group == ""


def test_names_that_are_alike_are_told_apart() -> None:
    there = benchmark("test_speed", fullname="tests/test_write.py::test_speed")
    here = benchmark("test_speed")
    run = read(plain(here, there, benchmark("test_other"), here))
    assert run.labels == (
        "tests/test_shop.py::test_speed",
        "tests/test_write.py::test_speed",
        "test_other",
        "tests/test_shop.py::test_speed (2)",
    )


def test_the_fewest_rounds_are_known_as_such() -> None:
    few = benchmark("test_a", stats={"rounds": 5})
    assert read(plain(few)).benchmarks[0].least_rounds
    assert not read(plain(benchmark("test_a"))).benchmarks[0].least_rounds


def test_a_file_of_a_known_tool_is_named_where_a_run_of_ours_is_wanted(tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", PYPERF)
    with pytest.raises(BenchError, match=r"a pyperf file with 1 benchmark: `waitbench report`"):
        load(path)
    shown = load(path, foreign=True)
    assert shown.plain
    assert shown.others is not None
    assert shown.others.tool == "pyperf"


def test_quartiles_and_rounds_that_cannot_be_are_none() -> None:
    stats = {"q1": 1e300, "data": [0.01, -1.0]}
    (odd,) = read(plain(benchmark("test_a", stats=stats))).benchmarks
    assert (odd.spread, odd.values) == (None, ())
