"""What stands in each picture, worked out by hand from small runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.bench.synthetic import MS, computing, record, scenario, shaken, summary, whole
from waitbench.charts import grain, latency, memory, phases, speedup, throughput, waterfall, winners
from waitbench.charts._axes import apart, logarithmic
from waitbench.presentation.vega import drawn

if TYPE_CHECKING:
    from pathlib import Path

    from waitbench.presentation.picture import Picture


def values(picture: Picture | None, **where: Any) -> list[dict[str, Any]]:
    """Return the facts of a picture whose fields have these values."""
    assert picture is not None
    facts: list[dict[str, Any]] = picture.spec["data"]["values"]
    return [fact for fact in facts if where.items() <= fact.items()]


def test_speedup_marks_the_ratio_with_its_interval_and_leaves_out_the_baseline(
    tmp_path: Path,
) -> None:
    picture = speedup.draw(summary(tmp_path, *whole()))
    (fact,) = values(picture, scenario="io_bound/http-50ms-n32-c32", model="asyncio")
    # 1,625 ms of sync over 52.8 ms.
    assert fact["ratio"] == pytest.approx(1625 / 52.8, rel=0.01)
    assert fact["low"] < fact["ratio"] < fact["high"]
    assert values(picture, model="sync") == []


def test_all_fields_of_the_speedup_have_one_scale(tmp_path: Path) -> None:
    picture = speedup.draw(summary(tmp_path, *whole()))
    assert picture is not None
    domains = {
        tuple(layer["encoding"]["x"]["scale"]["domain"])
        for field in picture.spec["concat"]
        for layer in field["layer"]
        if "scale" in layer["encoding"]["x"]
    }
    assert len(domains) == 1


def staircase(folder: Path, many: int = 4) -> Picture | None:
    of = scenario(tasks=many, concurrency=many, waits_ns=10 * MS)
    starts, each = [10 * MS * task for task in range(many)], [10 * MS] * many
    return waterfall.draw(
        summary(
            folder,
            record(of, "sync", shaken(10 * many), spans=(starts, each)),
            record(of, "asyncio", shaken(10.5), spans=([0] * many, each)),
        )
    )


def test_sync_is_a_staircase_and_asyncio_a_wall(tmp_path: Path) -> None:
    picture = staircase(tmp_path)
    stairs, wall = values(picture, model="sync"), values(picture, model="asyncio")
    assert [(bar["start"], bar["end"]) for bar in stairs] == [(0, 10), (10, 20), (20, 30), (30, 40)]
    assert [(bar["start"], bar["end"]) for bar in wall] == [(0, 10)] * 4


def test_every_scenario_of_the_waterfall_begins_a_row_of_its_own(tmp_path: Path) -> None:
    waiting, adding = scenario(tasks=4, concurrency=4), computing(tasks=4, concurrency=4)
    models = ("sync", "threads", "asyncio")
    picture = waterfall.draw(
        summary(
            tmp_path,
            *(record(waiting, model, shaken(50)) for model in models[:2]),
            *(record(adding, model, shaken(50)) for model in models),
        )
    )
    assert picture is not None
    assert picture.spec["columns"] == 3
    titles = [field.get("title", {}).get("text") for field in picture.spec["concat"]]
    assert titles == ["sync", "threads", None, *models]


def test_a_round_of_too_many_tasks_is_no_waterfall(tmp_path: Path) -> None:
    assert staircase(tmp_path, many=41) is None


def ladder(folder: Path, last_ms: float = 62.5, cpu_ms: float = 10) -> Picture | None:
    records = []
    for many, wall_ms in ((1, 50), (10, last_ms)):
        of = scenario(f"http-50ms-n{many}-c{many}", tasks=many, concurrency=many)
        # 10 ms of CPU in a round; of ten tasks 1 ms each.
        records.append(record(of, "asyncio", shaken(wall_ms), cpu_ms=cpu_ms))
    return throughput.draw(summary(folder, *records))


def test_throughput_is_tasks_by_wall_beside_the_ideal_of_one_wait(tmp_path: Path) -> None:
    picture = ladder(tmp_path)
    rates = {fact["at_once"]: fact["rate"] for fact in values(picture, field="0/line")}
    # One task in 50 ms, ten in 62.5 ms.
    assert rates == pytest.approx({1: 20, 10: 160}, rel=0.01)
    for fact in values(picture, field="0/ideal"):
        assert fact["rate"] == pytest.approx(fact["at_once"] / 0.050)


def test_a_crossover_stands_on_the_ideal(tmp_path: Path) -> None:
    (fact,) = values(ladder(tmp_path), field="0/crossover")
    # 50 ms of waiting by 1 ms of CPU: 50 at once, 1,000 per second.
    assert fact["at_once"] == pytest.approx(50, rel=0.01)
    assert fact["rate"] == pytest.approx(1000, rel=0.01)


def test_a_label_makes_way_for_a_crossover_above_it(tmp_path: Path) -> None:
    # 4.8 ms of CPU a task: C* is 10.4, at 208 per second, less than a line of text above 192.
    picture = ladder(tmp_path, last_ms=52, cpu_ms=48)
    (label,) = values(picture, field="0/label")
    assert label["rate"] < 0.95 * 10 / 0.052


def test_one_number_at_once_is_no_line(tmp_path: Path) -> None:
    made = summary(tmp_path, record(scenario(), "asyncio", shaken(53)))
    assert throughput.draw(made) is None


def test_phases_are_stacked_in_the_order_of_time(tmp_path: Path) -> None:
    picture = phases.draw(summary(tmp_path, *whole()))
    stack = values(picture, scenario="io_bound/http-50ms-n32-c32", model="threads")
    # Waiting 1.2, sending 0.7, queue 0, hold 50 and so on, in milliseconds.
    assert [bar["start"] for bar in stack[:4]] == pytest.approx([0, 1.2, 1.9, 1.9])
    assert stack[3]["phase"] == "4 the latency asked for"
    # A part is numbered as in the legend where there is room; of 53.4 ms beside 838 there is none.
    assert [bar["number"] for bar in stack] == [""] * 7
    in_turn = values(picture, scenario="io_bound/http-50ms-n32-c32", model="sync")
    assert [bar["number"] for bar in in_turn] == ["1", "", "", "", "", "", ""]
    assert stack[3]["end"] == pytest.approx(51.9)
    (whole_task,) = values(picture, scenario="io_bound/http-50ms-n32-c32/whole", model="threads")
    assert whole_task["end"] == pytest.approx(53.4)


def test_latency_runs_from_the_quickest_to_the_slowest_task(tmp_path: Path) -> None:
    of = scenario(tasks=100, concurrency=100)
    took = [MS * task for task in range(1, 101)]
    made = summary(tmp_path, record(of, "asyncio", shaken(100), spans=([0] * 100, took)))
    (fact,) = values(latency.draw(made))
    assert [fact[name] for name in ("p1", "p25", "p50", "p75", "p99")] == [1, 25, 50, 75, 99]


def test_memory_is_what_a_peak_lies_above_that_of_one_waiter(tmp_path: Path) -> None:
    records = []
    for many, bytes_ in ((1, 40_000_000), (1001, 42_000_000)):
        of = scenario(f"sleep-n{many}", suite="waiters", workload="sleep")
        of |= {"tasks": many, "concurrency": many}
        records.append(record(of, "asyncio", shaken(55), memory=bytes_))
    (fact,) = values(memory.draw(summary(tmp_path, *records)), field="sleep/line")
    # 2 MB more, over 1,000 more waiters.
    assert (fact["kb"], fact["text"]) == (2.0, "2.00 kB")


def test_grains_show_the_overhead_of_switching(tmp_path: Path) -> None:
    records = []
    for size, slower in ((100, 1.5), (10_000, 1.01), (20_000, 0.9)):
        of = computing(f"grains-{size}", suite="switching", workload="grains", baseline="uncut")
        of |= {"params": {"steps": "10_000", "grain": str(size)}, "tasks": 1, "concurrency": 1}
        records += [record(of, "uncut", shaken(10)), record(of, "switching", shaken(10 * slower))]
    picture = grain.draw(summary(tmp_path, *records))
    facts = values(picture)
    # A slice of 100 of 10,000 steps that take 10 ms is 100 µs.
    assert [fact["grain"] for fact in facts] == pytest.approx([100, 10_000, 20_000], rel=0.01)
    assert [fact["overhead"] for fact in facts] == pytest.approx([0.5, 0.01, -0.1], abs=0.005)
    # Every interval is drawn whole, also one below nothing.
    assert picture is not None
    low, high = picture.spec["layer"][-1]["encoding"]["y"]["scale"]["domain"]
    assert all(low < fact["low"] <= fact["high"] < high for fact in facts)


def test_the_map_names_the_fastest_of_each_cell(tmp_path: Path) -> None:
    records = []
    for steps, asyncio_ms, processes_ms in ((1_000, 20, 30), (40_000, 90, 50)):
        of = scenario(f"mixed-{steps}", suite="map", workload="mixed", computes=True)
        of |= {"params": {"steps": str(steps)}, "tasks": 16, "concurrency": 16}
        records += [
            record(of, "sync", shaken(200)),
            record(of, "asyncio", shaken(asyncio_ms)),
            record(of, "processes", shaken(processes_ms)),
        ]
    picture = winners.draw(summary(tmp_path, *records))
    assert [fact["winner"] for fact in values(picture)] == ["asyncio 10.0x", "processes 4.00x"]
    assert [fact["family"] for fact in values(picture)] == ["asyncio", "processes"]


def test_a_cell_of_the_map_breaks_what_is_long_and_its_tooltip_has_all(tmp_path: Path) -> None:
    of = scenario("mixed-1", suite="map", workload="mixed", computes=True)
    of |= {"params": {"steps": "1_000"}, "tasks": 16, "concurrency": 16}
    models = ("threads", "processes", "asyncio", "uvloop", "trio", "gevent")
    level = [record(of, model, shaken(20, (0.7, 1.3))) for model in models]
    (fact,) = values(winners.draw(summary(tmp_path, record(of, "sync", shaken(200)), *level)))
    assert fact["others"].count(", ") == len(models) - 1
    assert len(fact["lines"]) == winners.LINES
    assert all(len(line) <= winners.SIGNS for line in fact["lines"])
    assert fact["lines"][-1].endswith("…")


def test_the_map_is_the_same_pdf_each_time(tmp_path: Path) -> None:
    of = scenario("mixed-1", suite="map", workload="mixed", computes=True)
    of |= {"params": {"steps": "1_000"}, "tasks": 16, "concurrency": 16}
    records = [record(of, "sync", shaken(200)), record(of, "asyncio", shaken(20))]
    picture = winners.draw(summary(tmp_path, *records))
    assert picture is not None
    # Its grounds are tints: of two opacities a PDF keeps a random order.
    assert len({drawn(picture, "pdf") for _ in range(5)}) == 1


def test_a_run_without_such_suites_has_no_such_pictures(tmp_path: Path) -> None:
    made = summary(tmp_path, *whole())
    assert memory.draw(made) is grain.draw(made) is winners.draw(made) is None


def test_labels_are_moved_apart_and_keep_their_order() -> None:
    # On an axis of two decades and 160 points, a line of 16 points is a fifth of a decade.
    moved = apart([10.0, 10.1, 50.0], 1, 100, height=160)
    assert moved[0] < 10 < moved[1] < moved[2]
    assert moved[1] / moved[0] == pytest.approx(10**0.2, rel=0.01)
    assert moved[2] == pytest.approx(50)


def test_ticks_are_round_and_within_the_scale() -> None:
    assert logarithmic(0.5, 60, "x")["axis"]["values"] == [0.5, 1, 2, 5, 10, 20, 50]
    assert logarithmic(1, 1e6, "x")["axis"]["values"] == [10.0**power for power in range(7)]
