import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.synthetic import MS, document, record, run, scenario, shaken, target
from waitbench.analysis.summary import summarise
from waitbench.results.load import load
from waitbench.results.spans import decode_spans, encode_spans
from waitbench.results.storage import latest, resolve
from waitbench.results.validity import standings
from waitbench.scenario import SCHEMA, BenchError

FIGURES = st.lists(
    st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1)), max_size=50
)


def write(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(BenchError) as caught:
        load(path)
    text = str(caught.value)
    assert "\n" not in text
    return text


@given(FIGURES)
def test_spans_come_back_as_they_went_in(figures: list[tuple[int, int]]) -> None:
    starts, durations = [span for span, _ in figures], [span for _, span in figures]
    assert decode_spans(encode_spans(starts, durations)) == (starts, durations)


def test_spans_want_as_many_durations_as_starts() -> None:
    with pytest.raises(ValueError, match="2 starts, but 1 durations"):
        encode_spans([1, 2], [3])


@given(st.text(max_size=40))
def test_text_that_holds_no_spans_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode_spans(text)


@pytest.mark.processes
def test_packing_spans_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'pandas', 'asyncio'}"
    code = f"import waitbench.results.spans, sys; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_round_and_its_contestant_are_one_row_each(tmp_path: Path) -> None:
    loaded = run(
        tmp_path,
        record(scenario(), "sync", [[10 * MS, 12 * MS], [11 * MS]]),
        record(scenario(), "asyncio", [[5 * MS], [6 * MS]], stats=target()),
    )
    assert [
        [record_.name, each.launch, each.block, each.wall_ns]
        for record_ in loaded.contestants
        for each in record_.rounds
    ] == [
        ["sync", 0, 0, 10 * MS],
        ["sync", 0, 1, 12 * MS],
        ["sync", 1, 0, 11 * MS],
        ["asyncio", 0, 0, 5 * MS],
        ["asyncio", 1, 0, 6 * MS],
    ]
    assert [len(record_.launches) for record_ in loaded.contestants] == [2, 2]
    target_stats = [each.target for each in loaded.contestants[1].rounds]
    assert [stats and stats["error_p50_ns"] for stats in target_stats] == [80_000, 80_000]
    assert loaded.environment["python"] == "3.10"
    assert loaded.foreign == 0


def test_scenarios_and_models_keep_the_order_of_the_file(tmp_path: Path) -> None:
    late, early = scenario("zz"), scenario("aa")
    loaded = run(
        tmp_path,
        *(
            record(scenario_, model, [[MS]])
            for scenario_ in (late, early)
            for model in ("threads", "asyncio")
        ),
    )
    assert [(each.scenario.name, each.name) for each in loaded.contestants] == [
        ("zz", "threads"),
        ("zz", "asyncio"),
        ("aa", "threads"),
        ("aa", "asyncio"),
    ]


def test_a_round_with_errors_is_kept_but_not_timed(tmp_path: Path) -> None:
    broken = record(scenario(), "sync", [[MS, 2 * MS]], errors={(0, 1): "reset"})
    loaded = run(tmp_path, broken)
    assert standings(loaded.contestants[0].rounds) == ["timed", "failed"]
    assert loaded.contestants[0].rounds[1].error == "reset"


def test_damaged_spans_name_their_row(tmp_path: Path) -> None:
    record_ = record(scenario(), "sync", [[MS]])
    record_["rounds"][0]["spans"] = "nonsense"
    with pytest.raises(BenchError, match=r"http-50ms-n32-c32, sync: damaged spans"):
        summarise(run(tmp_path, record_))


def test_who_has_no_row_because_it_has_no_time_is_found_in_the_record(tmp_path: Path) -> None:
    dead = record(scenario(), "threads", [], failure="worker was killed", width=0)
    dead |= {"width": None}
    dead["scenario"] |= {"waits_ns": None}
    loaded = run(tmp_path, record(scenario(), "sync", [[MS]]), failed=[dead])
    assert [each.failure for each in loaded.contestants] == [None, "worker was killed"]


def test_a_run_in_which_all_failed_can_be_read(tmp_path: Path) -> None:
    loaded = run(tmp_path, failed=[record(scenario(), "sync", [], failure="no target")])
    assert [(each.failure, each.rounds) for each in loaded.contestants] == [("no target", [])]


def test_somebody_elses_benchmarks_are_counted_and_left_out(tmp_path: Path) -> None:
    content = document([record(scenario(), "sync", [[MS]])])
    content["benchmarks"] += [{"name": "other", "extra_info": {}}, {"name": "another"}]
    loaded = load(write(tmp_path / "run.json", content))
    assert loaded.foreign == 2
    assert len(loaded.contestants) == 1


def test_a_missing_file_says_what_to_type(tmp_path: Path) -> None:
    assert "`waitbench run`" in complaint(tmp_path / "none.json")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_says_where(tmp_path: Path, share: float) -> None:
    text = json.dumps(document([record(scenario(), "sync", [[MS]])]), indent=1)
    path = tmp_path / "cut.json"
    path.write_text(text[: int(len(text) * share)], encoding="utf-8")
    message = complaint(path)
    assert "line" in message
    assert "column" in message


def test_half_a_file_is_called_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_text('{"benchmarks": [', encoding="utf-8")
    assert "is cut short at line 1, column 17" in complaint(path)


@pytest.mark.parametrize("content", [[], {}, {"benchmarks": 3}, "text", None])
def test_json_of_another_kind_is_not_a_results_file(tmp_path: Path, content: object) -> None:
    assert "not a pytest-benchmark file" in complaint(write(tmp_path / "x.json", content))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"\xff\xfe\x00binary")
    assert "cannot be read" in complaint(path)


def test_a_plain_pytest_benchmark_file_holds_no_rows(tmp_path: Path) -> None:
    content = {"benchmarks": [{"name": "other", "extra_info": {}}]}
    assert "no waitbench rows" in complaint(write(tmp_path / "x.json", content))


@pytest.mark.parametrize("where", ["top", "row"])
def test_a_newer_schema_is_refused(tmp_path: Path, where: str) -> None:
    content = document([record(scenario(), "sync", [[MS]])])
    rows: list[dict[str, Any]] = content["benchmarks"]
    place = content["waitbench"] if where == "top" else rows[0]["extra_info"]["waitbench"]
    place["schema"] = SCHEMA + 1
    assert f"schema {SCHEMA + 1}" in complaint(write(tmp_path / "x.json", content))


@pytest.mark.parametrize("lost", ["scenario", "model", "rounds", "launches"])
def test_a_record_that_lacks_a_part_is_damaged(tmp_path: Path, lost: str) -> None:
    record_ = record(scenario(), "sync", [[MS]])
    del record_[lost]
    message = complaint(write(tmp_path / "x.json", document([record_])))
    assert "damaged" in message
    assert lost in message


def test_two_runs_in_one_file_are_refused(tmp_path: Path) -> None:
    record_ = record(scenario(), "sync", shaken(1))
    assert "twice" in complaint(write(tmp_path / "x.json", document([record_, record_])))


def stored(results: Path, number: int, age_s: int) -> Path:
    path = write(results / "Linux-CPython-3.11-64bit" / f"{number:04d}_abc.json", {})
    os.utime(path, (1_000_000 - age_s, 1_000_000 - age_s))
    return path


def test_the_latest_run_is_that_of_the_highest_number_whatever_the_files_dates(
    tmp_path: Path,
) -> None:
    stored(tmp_path, 1, age_s=1)
    last = stored(tmp_path, 2, age_s=100)
    assert latest(tmp_path) == last


def test_no_latest_run_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="`waitbench run`"):
        latest(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["0003", "3", "0003_abc"])
def test_a_stored_run_is_found_by_its_number(tmp_path: Path, text: str) -> None:
    stored(tmp_path, 1, age_s=1)
    wanted = stored(tmp_path, 3, age_s=5)
    assert resolve(text, tmp_path) == wanted


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", {})
    assert resolve(str(path), tmp_path / "results") == path


def test_a_run_that_is_not_there_lists_those_that_are(tmp_path: Path) -> None:
    stored(tmp_path, 1, age_s=1)
    with pytest.raises(BenchError, match=r"'0009'.*stored runs: 0001"):
        resolve("0009", tmp_path)
