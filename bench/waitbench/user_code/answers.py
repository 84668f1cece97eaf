"""What a callable gave when it ran alone, kept in a file: is it the same beside others?"""

from __future__ import annotations

import hashlib
import json
import pickle
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter_ns
from typing import Any, Self

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
"""Where an object lies in memory is no part of what it is."""
VARIES = ""


@dataclass(slots=True, kw_only=True)
class Answers:
    """What was seen of the results.

    Attributes:
        prints: a fingerprint for each item, by its number as text; `VARIES` where two calls alone
            gave different ones, so that nothing can be compared.
        unpicklable: why a result cannot travel from one process to another; None if it can.
        pickled_bytes: of the last result.
        pickled_ns: what packing and unpacking it takes, in nanoseconds.
        printed_bytes: what the calls wrote to the terminal.
        forked: whether a child came back out of a call.
    """

    prints: dict[str, str] = field(default_factory=dict)
    unpicklable: str | None = None
    pickled_bytes: int = 0
    pickled_ns: int = 0
    printed_bytes: int = 0
    forked: bool = False

    @classmethod
    def read(cls, path: str) -> Self:
        """Read the file; one that is not there yet knows nothing."""
        file = Path(path)
        return cls(**json.loads(file.read_text("utf-8"))) if file.is_file() else cls()

    def write(self, path: str) -> None:
        """Write the file."""
        Path(path).write_text(json.dumps(asdict(self)), "utf-8")

    def learn(self, item: int, result: Any) -> None:
        """Take the result of a call that ran alone."""
        seen = fingerprint(result)
        alone = self.prints.setdefault(str(item), seen)
        if alone != seen:
            self.prints[str(item)] = VARIES
        if self.pickled_ns == 0 and self.unpicklable is None:
            self._pickle(result)

    def differs(self, item: int, result: Any) -> bool:
        """Whether it surely is not what the call gave alone."""
        alone = self.prints.get(str(item), VARIES)
        return alone != VARIES and fingerprint(result) != alone

    def _pickle(self, result: Any) -> None:
        start = perf_counter_ns()
        try:
            packed = pickle.dumps(result)
            pickle.loads(packed)  # noqa: S301 - we packed it ourselves a line above
        except Exception as refused:  # noqa: BLE001 - objects refuse in every way
            self.unpicklable = f"{type(refused).__name__}: {refused}"
        self.pickled_ns = max(1, perf_counter_ns() - start)
        self.pickled_bytes = 0 if self.unpicklable else len(packed)


def fingerprint(result: Any) -> str:
    """Return a digest that equal results share in every process: of their text or bytes.

    Sets have no order of their own, so they are put in one.
    """
    if isinstance(result, bytes | bytearray | memoryview):
        body = bytes(result)
    elif isinstance(result, set | frozenset):
        body = repr(sorted(map(repr, result))).encode()
    else:
        body = ADDRESS.sub("", repr(result)).encode("utf-8", "backslashreplace")
    return f"{type(result).__name__}:{hashlib.blake2b(body, digest_size=8).hexdigest()}"
