"""The phases of a task, which add up to its time from the start of the round."""

PHASES = ("waiting", "sending", "queue", "hold", "late", "return", "after")
"""From the start of the round to the end of the task, in the order of time:

    waiting: until a worker took the task up
    sending: in the client library, for a connection, on the wire, until the target had it
    queue:   in the target's queue, where it has one
    hold:    the delay that was asked for
    late:    what the target took beyond that: its injection error
    return:  back on the wire and in the client library, until the caller had the body
    after:   what the task did with it, where it goes on
"""
