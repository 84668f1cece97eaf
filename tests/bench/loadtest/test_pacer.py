import asyncio
import time

from waitbench.loadtest.pacer import Pacer


def called(plan_ns: list[int]) -> list[tuple[int, int]]:
    """Return each number that was called, and how far after its time."""
    seen: list[tuple[int, int]] = []

    async def scene() -> None:
        start_ns = time.perf_counter_ns()

        over = asyncio.Event()

        def due(number: int) -> None:
            seen.append((number, time.perf_counter_ns() - start_ns - plan_ns[number]))
            if len(seen) == len(plan_ns):
                over.set()

        pacer = Pacer(asyncio.get_running_loop(), start_ns, plan_ns, due)
        pacer.start()
        await over.wait()
        pacer.stop()

    asyncio.run(scene())
    return seen


def test_every_call_comes_in_order_and_none_before_its_time() -> None:
    seen = called([number * 4_000_000 for number in range(50)])
    assert [number for number, _ in seen] == list(range(50))
    assert min(late_ns for _, late_ns in seen) >= 0


def test_calls_that_are_due_at_once_are_all_made() -> None:
    assert [number for number, _ in called([0] * 20)] == list(range(20))
