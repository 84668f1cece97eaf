"""How much Python keeps of where a coroutine was made: all that matters, while there is time."""

import sys
import threading
from collections.abc import Iterator

import pytest

from waitbench.doctor.origins import (
    BUSY_STEPS_PER_S,
    DEEP,
    SHALLOW,
    TURNS,
    Origins,
    kept_deep,
    relieve,
)

SECOND_NS = 1_000_000_000


@pytest.fixture(autouse=True)
def depth() -> Iterator[None]:
    with kept_deep():
        yield


def _depths(*steps: int) -> list[int]:
    """Return the depth after each second in which a loop took so many steps."""
    origins, number, depths = Origins(), 0, []
    origins.adapt(0, SECOND_NS)
    for second, more in enumerate(steps, 2):
        number += more
        origins.adapt(number, second * SECOND_NS)
        depths.append(sys.get_coroutine_origin_tracking_depth())
    return depths


def test_a_busy_loop_keeps_few_frames_and_all_again_once_it_is_not() -> None:
    many, few = BUSY_STEPS_PER_S * 2, BUSY_STEPS_PER_S // 2
    assert _depths(many, many, few, many) == [SHALLOW, SHALLOW, DEEP, SHALLOW]


def test_a_busy_loop_keeps_many_frames_now_and_then() -> None:
    depths = _depths(*[BUSY_STEPS_PER_S * 2] * TURNS * 2)
    assert depths.count(DEEP) == 2


def test_what_somebody_else_chose_is_left_alone() -> None:
    origins = Origins()
    origins.adapt(0, SECOND_NS)
    sys.set_coroutine_origin_tracking_depth(10)
    origins.adapt(BUSY_STEPS_PER_S * 2, 2 * SECOND_NS)
    assert sys.get_coroutine_origin_tracking_depth() == 10


def test_the_main_thread_is_relieved_in_the_middle_of_what_it_does() -> None:
    thread = threading.Thread(target=relieve)
    thread.start()
    thread.join()
    assert sys.get_coroutine_origin_tracking_depth() == SHALLOW
