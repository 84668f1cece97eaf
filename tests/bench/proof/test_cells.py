import pytest

from tests.proof.cells import KINDS, SLOWER, RaceCell, WorkKind, cells, names
from waitbench.scenario import BenchError

WAIT = WorkKind(
    name="wait",
    model="sync",
    workload="http",
    amounts={"latency": 10_000_000, "steps": 1_000},
    tasks=4,
    concurrency=1,
    share=0.8,
    truth="additive",
    race_s=1.0,
)


def test_a_slow_down_scales_every_amount_by_so_much_more_than_its_share_is_less() -> None:
    # 8 % of the wall, of which the amounts make up 80 %: they grow by 10 %.
    assert WAIT.params() == {"latency": "10000000ns", "steps": "1000"}
    assert WAIT.params(0.08) == {"latency": "11000000ns", "steps": "1100"}


def test_the_added_waiting_is_known_to_the_nanosecond() -> None:
    assert WAIT.extra_ns(0.08) == 4 * 1_000_000  # steps are no nanoseconds
    assert WAIT.extra_ns(0.0) == 0


def test_two_arms_are_plain_and_two_are_slowed() -> None:
    ((scenario, contestants),) = WAIT.lineup(0.08)
    assert scenario.params == WAIT.params()
    assert [
        (contestant.name, contestant.model, dict(contestant.params)) for contestant in contestants
    ] == [
        ("plain", "sync", {}),
        ("plain again", "sync", {}),
        ("slowed", "sync", WAIT.params(0.08)),
        ("slowed again", "sync", WAIT.params(0.08)),
    ]


def test_kinds_change_fastest_so_that_any_prefix_is_balanced() -> None:
    order = cells()
    assert len(order) == len(KINDS) * len(SLOWER) == 16
    assert [cell.kind for cell in order[:5]] == ["compute", "sleep", "http", "asyncio", "compute"]
    assert [cell.slow for cell in order[:5]] == [0.02] * 4 + [0.05]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (["null"], [RaceCell(kind=kind, slow=0.0) for kind in KINDS]),
        (["slow5", "http"], [RaceCell(kind="http", slow=0.05)]),
        (["http"], [RaceCell(kind="http", slow=slow) for slow in SLOWER]),
    ],
)
def test_only_picks_slow_downs_and_kinds(only: list[str], expected: list[RaceCell]) -> None:
    assert cells(only) == expected


def test_an_unknown_cell_is_answered_with_the_list() -> None:
    with pytest.raises(BenchError, match=f"no 'slow3' to prove; there are {', '.join(names())}"):
        cells(["slow3"])
