"""What calls are given: fair draws, weights, iterators that one call uses up."""

import io
import threading
from pathlib import Path

import pytest

from waitbench.user_code.items import copied, fair_order, spent_by_one_call, weigh


@pytest.mark.parametrize("many", [1, 2, 7, 240, 1000])
def test_every_item_is_used_once_and_the_first_one_first(many: int) -> None:
    order = fair_order(many)
    assert sorted(order) == list(range(many))
    assert order[0] == 0


@pytest.mark.parametrize("draw", [8, 24, 240])
def test_the_first_few_of_a_sorted_list_are_typical_of_it(draw: int) -> None:
    mean = sum(fair_order(1000)[:draw]) / draw
    assert 400 < mean < 600


def test_a_draw_is_in_step_with_no_period_of_the_list() -> None:
    heavy = sum(item % 2 == 0 for item in fair_order(640)[:64])
    assert 24 <= heavy <= 40


def test_an_item_is_weighed_by_what_travels() -> None:
    weight = weigh(bytes(1_000_000))
    assert 1_000_000 < weight.size_bytes < 1_001_000
    assert weight.pack_ns > 0
    assert weight.unpack_ns > 0
    assert weight.refused is None
    assert "lock" in (weigh(threading.Lock()).refused or "")


def test_a_copy_is_another_one_and_what_cannot_be_copied_is_the_same() -> None:
    rows, lock = [[3, 1]], threading.Lock()
    assert copied(rows)[0] is not rows[0]
    assert copied(lock) is lock


def test_an_iterator_among_the_items_is_used_up_by_one_call() -> None:
    assert spent_by_one_call(number for number in [1]) == "a generator"
    assert spent_by_one_call(iter([1])) == "an iterator (list_iterator)"
    assert spent_by_one_call([1]) == ""


def test_a_file_in_memory_can_be_copied_and_one_on_the_disk_not(tmp_path: Path) -> None:
    assert spent_by_one_call(io.StringIO("text")) == ""
    with (tmp_path / "rows").open("w+") as file:
        assert "open file" in spent_by_one_call(file)
