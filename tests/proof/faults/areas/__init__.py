"""A file here is an area of the table: `trials(rng, share)` yields what is tried in it.

`share` is how much of it is wanted, 1 for all. An area may have `outcomes(rng, share)` instead,
where what is tried is no command.
"""

from __future__ import annotations

NAMES = ("options", "files", "gate", "surroundings", "stops", "requests")
"""In the order of the table."""
