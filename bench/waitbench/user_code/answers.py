"""What a callable gave when it ran alone, kept in a file: is it the same beside others?"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from waitbench.user_code.items import weigh

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
        pickled_ns: what packing and unpacking it takes, in nanoseconds of CPU.
        unpickled_ns: what unpacking alone takes, one after the other in the process that asked.
        printed_bytes: what the calls wrote to the terminal.
        forked: whether a child came back out of a call.
        items: how many different arguments there are.
        item_bytes: of one of them, pickled.
        item_pack_ns: what pickling it takes, in nanoseconds.
        item_unpack_ns: what making it again takes.
        item_refused: why it cannot be pickled; None if it can.
        items_made_ns: what making all of them took.
        changes_item: whether a call changes its argument, so that each needs one of its own.
        item_shared: whether it does, and no copy can be made: later calls find what it left.
        hits: how many calls its `functools.lru_cache` has answered.
        first_imports: modules that the first call imported.
        changed_first: what it keeps that the first call changed, and the second did not.
        keeps_result: whether it holds the very object that its second call gave back.
        imported: what importing it did beside defining things, in words; empty for nothing.
        job_at_import: whether that was surely the user's work.
        long_import: whether it took so long that it most likely was.
    """

    prints: dict[str, str] = field(default_factory=dict)
    unpicklable: str | None = None
    pickled_bytes: int = 0
    pickled_ns: int = 0
    unpickled_ns: int = 0
    printed_bytes: int = 0
    forked: bool = False
    items: int = 1
    item_bytes: int = 0
    item_pack_ns: int = 0
    item_unpack_ns: int = 0
    item_refused: str | None = None
    items_made_ns: int = 0
    changes_item: bool = False
    item_shared: bool = False
    hits: int = 0
    first_imports: int = 0
    changed_first: list[str] = field(default_factory=list)
    keeps_result: bool = False
    imported: str = ""
    job_at_import: bool = False
    long_import: bool = False

    @classmethod
    def read(cls, path: str) -> Self:
        """Read the file; one that is not there yet knows nothing."""
        file = Path(path)
        return cls(**json.loads(file.read_text("utf-8"))) if file.is_file() else cls()

    def write(self, path: str) -> None:
        """Write the file."""
        Path(path).write_text(json.dumps(asdict(self)), "utf-8")

    @property
    def item_handed_ns(self) -> int:
        """What handing one item to another process takes at least, on either side."""
        return self.item_pack_ns + self.item_unpack_ns

    def weigh(self, argument: Any) -> None:
        """Take the weight of an argument."""
        weight = weigh(argument)
        self.item_bytes, self.item_refused = weight.size_bytes, weight.refused
        self.item_pack_ns, self.item_unpack_ns = weight.pack_ns, weight.unpack_ns

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
        weight = weigh(result)
        self.unpicklable, self.pickled_bytes = weight.refused, weight.size_bytes
        self.pickled_ns, self.unpickled_ns = max(1, weight.handed_ns), weight.unpack_ns


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
