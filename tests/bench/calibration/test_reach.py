from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bench.calibration.cells import MS, cell_result
from waitbench.calibration._cell import http
from waitbench.calibration._reached import LAPS, Aim, Reached, Way
from waitbench.calibration.reach import AIMS, lines, measure

if TYPE_CHECKING:
    from waitbench.calibration._cell import CellResult

AIM = Aim(cell=http("asyncio", "50ms", 16, 4), efficiency=0.97)


def test_efficiency_is_the_ideal_over_the_typical_wall() -> None:
    # 16 tasks, 4 at once: 4 x 50 ms. Launches of 210 and 250 ms: their geometric mean is 229.1 ms.
    result = Reached(
        aim=AIM, results={"itself": {0: cell_result(210), 1: cell_result(250, 260, 240)}}
    )
    value, low, high = result.efficiency()
    assert result.ideal_ns() == 200 * MS
    assert value == pytest.approx(200 / (210 * 250) ** 0.5)
    assert low < value < high


def test_a_single_round_has_no_interval() -> None:
    result = Reached(aim=AIM, results={"itself": {0: cell_result(200)}})
    assert result.efficiency() == (1.0, 0.0, 1.0)


def test_a_long_round_is_also_run_short_and_one_task_at_a_time() -> None:
    asyncio = Aim(cell=http("asyncio", "50ms", 4 * LAPS, 4), efficiency=0.97).ways
    assert {way: (cell.tasks, cell.concurrency) for way, cell in asyncio.items()} == {
        "itself": (400, 4),
        "short": (80, 4),
        "single": (20, 1),
        "bare": (400, 4),
        "bare single": (20, 1),
    }
    assert {way for way, cell in asyncio.items() if "client" in cell.params} == {
        "bare",
        "bare single",
    }
    # A number of tasks that the aim names is what it is, and nothing is bare about threads.
    assert set(AIM.ways) == {"itself", "single", "bare", "bare single"}
    threads = Aim(cell=http("threads", "10ms", 30, 3), efficiency=0.9)
    assert set(threads.ways) == {"itself", "single"}


def test_the_table_shows_what_is_lost_where_and_counts_the_aims() -> None:
    threads = http("threads", "50ms", 16, 4)
    # One at a time 20 tasks take at least 1,000 ms; here they take 1,250.
    single = {0: cell_result(1250, 1250)}
    written = list(
        lines(
            [
                Reached(
                    aim=Aim(cell=threads, efficiency=efficiency),
                    results={"itself": {0: cell_result(250, 250)}, "single": single},
                )
                for efficiency in (0.97, 0.75)
            ]
        )
    )
    # 4 ms of CPU over 16 tasks are 250 µs; of 3 rounds one was disturbed.
    for text in (
        "0.800 (0.800 to 0.800)",
        "0.97",
        "    -     0.50     0.10     1.00     250 1 of 3",
    ):
        assert text in written[2]
    # A lap is 250 / 4 = 62.5 ms, its tasks took 53 and then 51 ms, 52 on the average.
    assert written[4] == "1 of 2 aims reached"
    assert written[5] == (
        "threads http 50ms n16 c4: a lap loses 12.50 ms: 1.00 a task in full swing,"
        " +1.00 by the start in a burst, +10.50 by lanes that have no task"
    )
    assert written[6] == "  efficiency in full swing 0.980, one task at a time 0.800"
    assert len(written) == 9


def test_short_rounds_and_bare_asyncio_stand_below_the_table() -> None:
    aim = Aim(cell=http("asyncio", "50ms", 4 * LAPS, 4), efficiency=0.97)
    # Ideal are 5,000 ms, in short rounds and one at a time 1,000.
    result = Reached(
        aim=aim,
        results={
            "itself": {0: cell_result(5200)},
            "short": {0: cell_result(1100)},
            "single": {0: cell_result(1250)},
            "bare": {0: cell_result(5100)},
            "bare single": {0: cell_result(1200)},
        },
    )
    *_, swing = lines([result])
    assert swing == (
        "  efficiency in full swing 0.980, in rounds of 20 laps 0.909, one task at a time 0.800"
        " (0.833 by bare asyncio)"
    )


def test_what_asyncio_alone_misses_is_no_fault_of_the_client() -> None:
    # Ideal 200 ms. Bare it takes 210 or 204: shares of 0.952 and 0.980, below and above the aim.
    of_all: dict[Way, dict[int, CellResult]] = {
        "itself": {0: cell_result(250, 250)},
        "single": {0: cell_result(1250)},
    }
    slow, fast = (
        Reached(
            aim=AIM,
            results={
                **of_all,
                "bare": {0: cell_result(bare, bare)},
                "bare single": {0: cell_result(1200)},
            },
        )
        for bare in (210, 204)
    )
    none = Reached(aim=AIM, results=of_all)
    assert [result.beyond_reach for result in (slow, fast, none)] == [True, False, False]
    written = list(lines([slow, fast]))
    assert "0.97 0.952 " in written[2]
    assert "0.97 0.980 " in written[3]
    assert written[4] == "0 of 2 aims reached"
    missed = [line for line in written if "bare asyncio misses 0.97 as well" in line]
    assert missed == [written[8]]


def test_aims_have_whole_laps() -> None:
    fixed = [aim.cell for aim in AIMS if aim.cell.params["latency"] == "50ms"]
    assert [cell.tasks % cell.concurrency for cell in fixed] == [0, 0, 0]


@pytest.mark.processes
def test_real_clients_are_measured_launch_by_launch() -> None:
    aims = [Aim(cell=http(model, "5ms", 8, 4), efficiency=0.5) for model in ("asyncio", "threads")]
    results = measure(launches=2, aims=aims)
    assert [set(result.results) for result in results] == [set(aim.ways) for aim in aims]
    assert [sorted(launches) for launches in results[0].results.values()] == [[0, 1]] * 4
    # Two turns of 5 ms: no clock lets a client be faster.
    assert all(0 < result.efficiency(way)[0] <= 1 for result in results for way in result.results)
    # Nor is there a task that does not wait, or a lane with two tasks.
    assert all(result.loss(way).swing_ns > 0 for result in results for way in result.results)
    assert all(result.loss(way).idle_ns >= 0 for result in results for way in result.results)
