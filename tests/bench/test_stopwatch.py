"""What becomes of a task that raises: its exception in a line, and which call was refused."""

import asyncio

from waitbench.scenario import Failed
from waitbench.stopwatch import timed, timed_async


class Loop(asyncio.AbstractEventLoop):
    """Refuses every call, as loops of others refuse some."""


def result(number: int) -> str:
    failed = timed(lambda _: Loop().time(), number)[2]  # type: ignore[abstract]  # never at run time
    assert isinstance(failed, Failed)
    return failed.reason


def test_a_call_that_is_not_implemented_is_named() -> None:
    assert result(0) == "NotImplementedError:  (time)"


def test_where_no_frame_refused_it_the_line_that_called_is_told() -> None:
    async def refused(_: int) -> None:
        exec(compile("raise NotImplementedError('no pipes')", "<built in>", "exec"))

    failed = asyncio.run(timed_async(refused, 0))[2]
    assert isinstance(failed, Failed)
    assert failed.reason == "NotImplementedError: no pipes (<module>)"


def test_other_exceptions_are_told_as_they_are() -> None:
    raised = timed(lambda _: int("three"), 0)[2]
    assert raised == Failed("ValueError: invalid literal for int() with base 10: 'three'")
