"""Who held the event loop, what was never awaited, and what was left: one asyncio program watched.

`watch.watching()` instruments this process for a while; what it collects becomes an `Examination`
in `diagnosis.examined`, a pure function; `screen` and `record` show it. Nothing here knows the name
of a blocking function: a hold is a step of the loop that took long, whatever it did.
"""
