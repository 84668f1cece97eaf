"""How time is shared out, by hand-worked figures; no clock runs here."""

from bench.race.pace import HEAT_MOST_S, MOST_BLOCKS, Purse, Quota, fits

MS = 1_000_000


def test_a_block_is_begun_where_more_than_half_of_it_fits() -> None:
    assert fits(spent_s=2.0, block_s=1.0, share_s=2.6)
    assert not fits(spent_s=2.0, block_s=1.0, share_s=2.4)
    # A heat that was given what its fewest blocks took the last time is over after them.
    assert not fits(spent_s=1.95, block_s=1.2, share_s=2.0)


def test_what_one_heat_saves_goes_to_the_later_ones() -> None:
    purse = Purse(left_s=12, weights=4)
    assert purse.share_s() == 3
    purse.spend(1)
    assert purse.share_s() == 11 / 3
    purse.spend(9)
    assert purse.share_s() == 1


def test_a_heavier_heat_gets_more() -> None:
    purse = Purse(left_s=8, weights=4)  # two of weight 1, one of weight 2
    assert purse.share_s() == 2
    purse.spend(2)
    purse.spend(2)
    assert purse.share_s(2) == 4


def test_an_empty_purse_gives_nothing_rather_than_a_debt() -> None:
    purse = Purse(left_s=1, weights=2)
    purse.spend(5)
    assert purse.share_s() == 0


def test_one_heat_never_gets_it_all() -> None:
    assert Purse(left_s=1000, weights=1).share_s() == HEAT_MOST_S


def test_all_run_in_the_first_block_however_slow() -> None:
    quota = Quota(each_ns=10 * MS, expected_ns={"sync": 5000 * MS, "asyncio": 2 * MS})
    assert quota.field(0) == ["sync", "asyncio"]


def test_a_slow_contestant_eats_only_its_own_time() -> None:
    quota = Quota(each_ns=100 * MS, expected_ns={"sync": 60 * MS, "asyncio": 10 * MS})
    quota.spend("sync", 60 * MS)
    quota.spend("asyncio", 10 * MS)
    assert quota.field(1) == ["asyncio"]  # sync would need 120 of its 100 ms


def test_a_fast_contestant_repeats_within_a_block() -> None:
    quota = Quota(
        each_ns=400 * MS, expected_ns={"slow": 300 * MS, "middling": 40 * MS, "fast": 1 * MS}
    )
    assert quota.repeats("slow") == 1
    assert quota.repeats("middling") == 2  # a quarter of its time holds two rounds
    assert quota.repeats("fast") == 5  # and never more than five


def test_equals_take_turns_round_by_round() -> None:
    # A quarter of their time would hold ten rounds, a fortieth holds one: shorter blocks pair
    # better, for the machine has less time to change between two of them.
    quota = Quota(each_ns=400 * MS, expected_ns={"a": 10 * MS, "b": 10 * MS})
    assert quota.repeats("a") == 1


def test_a_block_is_never_so_short_that_time_is_left_when_blocks_run_out() -> None:
    # 800 ms in 40 blocks make 20 ms for each: four rounds of 5 ms.
    quota = Quota(each_ns=800 * MS, expected_ns={"a": 5 * MS, "b": 5 * MS})
    assert quota.repeats("a") == 4


def test_the_expectation_follows_the_last_round() -> None:
    quota = Quota(each_ns=100 * MS, expected_ns={"a": 90 * MS})
    quota.spend("a", 20 * MS)
    assert quota.field(1) == ["a"]


def test_blocks_come_to_an_end() -> None:
    quota = Quota(each_ns=1000 * MS, expected_ns={"a": 0.0})
    assert quota.field(MOST_BLOCKS - 1) == ["a"]
    assert quota.field(MOST_BLOCKS) == []


def test_who_is_dropped_runs_no_more() -> None:
    quota = Quota(each_ns=100 * MS, expected_ns={"a": 1.0, "b": 1.0})
    quota.drop(["a", "never-there"])
    assert quota.field(0) == ["b"]


def test_all_run_in_the_fewest_blocks_whatever_that_takes() -> None:
    quota = Quota(each_ns=0, fewest=2, expected_ns={"a": 10 * MS, "b": 10 * MS})
    assert [quota.field(block) for block in range(3)] == [["a", "b"], ["a", "b"], []]
