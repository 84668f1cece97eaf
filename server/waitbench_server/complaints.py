"""One line on stderr for what goes wrong inside the server, not for what clients do wrong."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, Final

from aiohttp.http_exceptions import HttpProcessingError

if TYPE_CHECKING:
    import asyncio

_MOST: Final = 10  # whoever started the server may not be reading: never fill a pipe


class _OneLine(logging.Handler):
    """Writes a failure's kind and place in one line, the first ten times."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._written = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record, unless it is about a request that was not HTTP."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError) or self._written == _MOST:
            return
        self._written += 1
        place = ""
        trace = error.__traceback__ if error is not None else None
        while trace is not None:
            place = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
            trace = trace.tb_next
        sys.stderr.write(f"server: internal error: {error or record.getMessage()!r}{place}\n")


def logger() -> logging.Logger:
    """Return the logger for aiohttp's connections and for the loop."""
    made = logging.getLogger("waitbench_server.complaints")
    made.propagate = False
    if not made.handlers:
        made.addHandler(_OneLine())
    return made


def from_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Take what the event loop has to report."""
    del loop
    logger().error(context.get("message", "?"), exc_info=context.get("exception"))
