"""Collections are stamped without Python, and told apart by the clocks of their two ends."""

import gc
import threading

from waitbench.doctor.blocked_steps import LoopActivity
from waitbench.doctor.gc_pauses import FULL, GcPauses
from waitbench.doctor.loop_thread import LoopThread


def _watched() -> tuple[LoopActivity, GcPauses]:
    activity = LoopActivity(threshold_ns=1_000_000)
    thread = activity.adopted(object(), None)  # type: ignore[arg-type]
    assert isinstance(thread, LoopThread)
    return activity, GcPauses(activity)


def test_a_long_collection_is_kept_with_its_thread_and_generation() -> None:
    kept: list[object] = [[{}] for _ in range(200_000)]
    activity, pauses = _watched()
    before = list(gc.callbacks)
    with pauses.on():
        gc.collect()
        gc.collect(0)
        assert not pauses.collecting
        pauses.look()
    assert gc.callbacks == before
    (pause,) = activity.pauses
    assert (pause.generation, pause.ident) == (FULL, threading.get_ident())
    assert (pause.objects or 0) > len(kept)
    assert 0 < pause.cpu_ns <= pause.wall_ns * 1.5


def test_what_goes_in_a_collection_sees_that_there_is_one() -> None:
    _, pauses = _watched()
    seen: list[bool] = []

    class Goes:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            seen.append(pauses.collecting)

    with pauses.on():
        Goes()
        gc.collect()
    assert seen == [True]
