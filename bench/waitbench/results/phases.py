"""What the time of a task is made of, where client and target read one clock."""

from __future__ import annotations

PHASES = (
    "waiting",
    "sending",
    "queue",
    "asked",
    "injection_error",
    "return",
    "post_processing",
)
"""From the start of the round to the end of the task, in the order of time:

    waiting:         until a worker took the task up
    sending:         in the client library, for a connection, on the wire, until the target had it
    queue:           in the target's queue, where it has one
    asked:           the delay that was asked for
    injection_error: what the target took beyond that
    return:          back on the wire and in the client library, until the caller had the body
    post_processing: what the task did with it, where it goes on
"""
