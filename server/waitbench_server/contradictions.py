"""What a request may not ask for at once, because one of it leaves no room for the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from waitbench_server import stream
from waitbench_server.outcomes import FAULTS
from waitbench_server.problem import bad_parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench_server.plan import Plan

_OF_STREAMS: Final = ("format", "framing", "midstream")
_OF_BODIES: Final = ("size", "rate", "compressible", "encoding")


def check_stream(plan: Plan, given: Mapping[str, str]) -> None:
    """Refuse what means nothing without a stream, or nothing with one.

    Raises:
        Problem: names the first parameter that does.
    """
    if plan.stream is None:
        for name in _OF_STREAMS:
            if name in given:
                detail = "there is no stream that it could be of"
                raise bad_parameter(name, given[name], detail, f"stream={stream.FORM} with it")
        return
    for name in _OF_BODIES:
        if name in given:
            detail = "a stream has no body of one size, and is not compressed"
            raise bad_parameter(name, given[name], detail, f"{stream.FORM} alone")
    if FAULTS["close"] in plan.fault.values:
        detail = "a stream is closed in its middle by midstream=cut(at=50)"
        raise bad_parameter("fault", given.get("fault", "close"), detail, stream.BREAK_FORM)
    last, count = plan.midstream.last, plan.stream.count
    if last >= count:
        detail = f"piece {last} lies beyond a stream of count={count}"
        allowed = f"pieces 0 to {count - 1}"
        raise bad_parameter("midstream", given.get("midstream", ""), detail, allowed)
