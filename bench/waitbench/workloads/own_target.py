"""A benchmark of somebody's own file that takes `target`, the URL of a run's own server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from waitbench.workloads import own

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

unavailable = own.unavailable


class Workload:
    """What `own` does, told where the target is. Parameters are those of `own`."""

    needs_target: ClassVar = True
    computes = False
    has_async = False
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()

    def __init__(self, target: str, file: str, name: str, root: str, **others: str) -> None:
        self._own = own.Workload(file, name, root, target=target, **others)
        self.has_async = self._own.has_async
        self.waits_ns = self._own.waits_ns

    def sync_client(self) -> AbstractContextManager[Callable[[int], Any]]:
        """Open what `own` opens."""
        return self._own.sync_client()

    def async_client(
        self, concurrency: int
    ) -> AbstractAsyncContextManager[Callable[[int], Awaitable[Any]]]:
        """Open what `own` opens."""
        return self._own.async_client(concurrency)

    def check(self, number: int, result: Any) -> None:
        """Check as `own` does."""
        self._own.check(number, result)
