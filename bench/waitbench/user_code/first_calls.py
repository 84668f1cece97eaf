"""The first two calls alone: what the first used up or left behind, and the second did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.user_code.items import copied
from waitbench.user_code.kept import changed, keeps, kept
from waitbench.user_code.state import state

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.user_code.answers import Answers

LOOKS = 3
"""Before the first call, after it, and after the second."""


class FirstCalls:
    """Looks at arguments, and at what a function keeps, while no clock runs.

    Args:
        function: that is going to be called.
        given: arguments of all calls; the first are made again if a call changed them.
    """

    def __init__(self, function: Callable[..., Any], given: list[Any]) -> None:
        self._function, self._given = function, given
        self._argument, self._copy = state(given[0]), copied(given[0])
        self._kept = [kept(function)]

    def look(self, answers: Answers, result: Any) -> None:
        """Note after a call what it changed; from the third on, nothing is looked at."""
        if len(self._kept) == LOOKS:
            return
        if len(self._kept) == 1 and self._argument is not None:
            answers.changes_item = state(self._given[0]) != self._argument
            answers.item_shared = answers.changes_item and self._copy is self._given[0]
            if answers.changes_item:
                self._given[0] = self._copy
        self._kept.append(kept(self._function))
        if len(self._kept) == LOOKS:
            before, after_first, after_second = self._kept
            again = changed(after_first, after_second)
            first = changed(before, after_first)
            answers.changed_first = [name for name in first if name not in again]
            answers.keeps_result = keeps(self._function, result)
