"""What a thread opened for its tasks: closed on leaving, and only then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Gives the task, which keeps what it needs open for as long as it lives itself.

    A generator would close a connection when it is dropped, and the child of a pool keeps nothing
    but the task.
    """

    task: Callable[[int], Any]
    close: Callable[[], None]

    def __enter__(self) -> Callable[[int], Any]:
        return self.task

    def __exit__(self, *exc_info: object) -> None:
        self.close()
