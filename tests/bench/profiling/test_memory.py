"""First and later calls with the same item, compared."""

from waitbench.profiling.memory import QUICKER, REMEMBERS, compare

MS = 1_000_000


def test_a_function_that_remembers_is_slow_once_with_each_item() -> None:
    rounds = [[90 * MS], [2000], [2000, 40 * MS, 44 * MS], [2000, 1000, 2000]]
    memory = compare(rounds, 3)
    assert memory.items == 2
    assert memory.times >= 20_000
    assert "2 items" in memory.sentence()


def test_the_very_first_call_may_import_and_connect() -> None:
    rounds = [[900 * MS], [5 * MS], [5 * MS, 5 * MS, 6 * MS], [5 * MS, 5 * MS, 6 * MS]]
    assert compare(rounds, 3).times < QUICKER


def test_items_of_many_costs_remember_nothing() -> None:
    rounds = [[1 * MS], [1 * MS], [1 * MS, 80 * MS, 4 * MS], [1 * MS, 79 * MS, 4 * MS]]
    assert compare(rounds, 3).times < QUICKER


def test_one_slow_first_call_among_several_is_chance() -> None:
    rounds = [[MS], [MS], [MS, 60 * MS, MS, MS, MS], [MS, MS, MS, MS, MS]]
    assert compare(rounds, 5).times < REMEMBERS


def test_short_differences_and_single_items_tell_nothing() -> None:
    assert compare([[900], [100], [100, 900], [100, 100]], 2).times == 1
    assert compare([[40 * MS], [100], [100]], 1).times == 1


def test_a_first_call_that_stood_in_line_is_no_memory() -> None:
    rounds = [[MS], [MS], [MS, 30 * MS, MS], [MS, MS, MS]]
    assert compare(rounds, 2).times >= REMEMBERS
    assert compare(rounds, 2, [0, 0, 29 * MS, 0]).times < QUICKER
    # All stood in line as long as they computed, and the first call still did what others do not.
    remembered = [[MS], [1000], [1000, 30 * MS, 32 * MS], [1000, 1000, 1000]]
    assert compare(remembered, 3, [0, 0, 31 * MS, 0]).times >= REMEMBERS


def test_a_connection_that_each_item_opens_is_no_memory() -> None:
    opened = [[90 * MS], [10 * MS], [10 * MS, 95 * MS, 99 * MS], [10 * MS, 10 * MS, 10 * MS]]
    assert compare(opened, 3).times >= REMEMBERS
    assert not compare(opened, 3).remembers
    looked_up = [[9 * MS], [MS], [MS, 9 * MS, 10 * MS], [MS, MS, MS]]
    assert compare(looked_up, 3).remembers
