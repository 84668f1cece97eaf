"""What a test gives to be timed: a function with its arguments, called so often, set up or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import repeat
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from .cpu import RoundCpu, run_queue_delay_ns

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Round:
    """What some calls took and came to.

    Attributes:
        calls: how many.
        wall_ns: of all of them, set-ups left out.
        whole_ns: with set-ups and teardowns.
        cpu_ns: of the round.
        delay_ns: that its thread had no core; None where that is unknown.
        alone: whether one thread did all of the work.
        result: of the last call.
        error: what a call raised.
    """

    calls: int
    wall_ns: int = 0
    whole_ns: int = 0
    cpu_ns: int = 0
    delay_ns: int | None = None
    alone: bool = False
    result: Any = None
    error: BaseException | None = None


@dataclass
class Timed:
    """A function and how it is called.

    Attributes:
        function: that is timed.
        args: of each call.
        kwargs: of each call.
        setup: called before each call, outside the clock; it may return the arguments.
        teardown: called after each call with its arguments, outside the clock.
        warm_ups: calls that the test itself asks for before anything counts.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    setup: Callable[[], Any] | None = None
    teardown: Callable[..., Any] | None = None
    warm_ups: int = 0

    @property
    def alternates(self) -> bool:
        """Whether something stands between two calls that is not timed."""
        return self.setup is not None or self.teardown is not None

    def run(self, calls: int) -> Round:
        """Call it so often."""
        round_, cpu = Round(calls=calls), RoundCpu()
        function, args, kwargs = self.function, self.args, self.kwargs
        cpu.start()
        start = perf_counter_ns()
        try:
            if self.alternates:
                self._alternate(round_)
            else:
                result = None
                for _ in repeat(None, calls):
                    result = function(*args, **kwargs)
                round_.wall_ns = perf_counter_ns() - start
                round_.result = result
        except BaseException as error:  # noqa: BLE001 - a test raises in any way, and may exit
            round_.error = error
        round_.whole_ns = perf_counter_ns() - start
        return self._ended(round_, cpu)

    async def run_awaited(self, calls: int) -> Round:
        """Await it so often."""
        round_, cpu = Round(calls=calls), RoundCpu()
        function, args, kwargs = self.function, self.args, self.kwargs
        cpu.start()
        start = perf_counter_ns()
        try:
            if self.alternates:
                await self._alternate_awaited(round_)
            else:
                result = None
                for _ in repeat(None, calls):
                    result = await function(*args, **kwargs)
                round_.wall_ns = perf_counter_ns() - start
                round_.result = result
        except BaseException as error:  # noqa: BLE001 - as above
            round_.error = error
        round_.whole_ns = perf_counter_ns() - start
        return self._ended(round_, cpu)

    def _alternate(self, round_: Round) -> None:
        """Set up, call, tear down, in turn: only the calls are timed, and their delays count."""
        for _ in repeat(None, round_.calls):
            args, kwargs = self._arguments()
            before = run_queue_delay_ns()
            start = perf_counter_ns()
            round_.result = self.function(*args, **kwargs)
            round_.wall_ns += perf_counter_ns() - start
            _add_delay(round_, before)
            if self.teardown is not None:
                self.teardown(*args, **kwargs)

    async def _alternate_awaited(self, round_: Round) -> None:
        for _ in repeat(None, round_.calls):
            args, kwargs = self._arguments()
            before = run_queue_delay_ns()
            start = perf_counter_ns()
            round_.result = await self.function(*args, **kwargs)
            round_.wall_ns += perf_counter_ns() - start
            _add_delay(round_, before)
            if self.teardown is not None:
                self.teardown(*args, **kwargs)

    def _arguments(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        try:
            made = self.setup() if self.setup is not None else None
        except StopIteration:
            raise RuntimeError(
                "its setup has no more arguments to give, and a race calls it oftener than `rounds`"
            ) from None
        if not made:
            return self.args, self.kwargs
        if self.args or self.kwargs:
            raise TypeError("Can't use `args` or `kwargs` if `setup` returns the arguments.")
        args, kwargs = made
        return args, kwargs

    def _ended(self, round_: Round, cpu: RoundCpu) -> Round:
        cpu.stop()
        round_.cpu_ns, round_.alone = cpu.cpu_ns, cpu.alone
        if not self.alternates:
            round_.delay_ns = cpu.delay_ns
        return round_


def _add_delay(round_: Round, before: int | None) -> None:
    after = run_queue_delay_ns()
    if after is not None and before is not None:
        round_.delay_ns = (round_.delay_ns or 0) + after - before
