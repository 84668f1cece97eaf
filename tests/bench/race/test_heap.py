"""The heap of a worker: garbage is collected, what lives for good is not looked through again."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from waitbench.race import heap


class Link:
    """An object that can point at itself: only the collector gets rid of it."""

    def __init__(self) -> None:
        self.other = self


@pytest.fixture
def own_heap() -> Iterator[heap.Heap]:
    """A settled one; what it took for granted is given back to the other tests."""
    own = heap.Heap()
    own.settle()
    yield own
    gc.unfreeze()


def test_before_a_round_what_the_last_one_left_is_collected(own_heap: heap.Heap) -> None:
    left = weakref.ref(Link())
    own_heap.before_round()
    assert left() is None


def test_nothing_that_lives_is_looked_through_again(own_heap: heap.Heap) -> None:
    kept = [Link() for _ in range(100)]
    own_heap.before_round()
    assert not any(isinstance(alive, Link) for alive in gc.get_objects())
    assert len(kept) == 100


def test_a_collector_that_cannot_freeze_collects_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("freeze", "unfreeze"):  # as PyPy's
        monkeypatch.delattr(gc, name)
    monkeypatch.setattr(heap, "FREEZES", False)
    own = heap.Heap()
    own.settle()
    left = weakref.ref(Link())
    own.before_round()
    assert left() is None


def test_garbage_among_the_frozen_goes_after_a_scenario_once_much_was_made(
    own_heap: heap.Heap,
) -> None:
    held = Link()
    watched = weakref.ref(held)
    own_heap.before_round()
    del held
    own_heap.after_scenario()
    assert watched() is not None  # little was made: not worth 30 ms
    many: list[list[int]] = [[] for _ in range(heap.MOST_LEFT + 1)]
    own_heap.before_round()
    del many
    own_heap.after_scenario()
    assert watched() is None
