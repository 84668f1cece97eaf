"""What a stream is asked to be: when its pieces are due, how long they are, what goes wrong in it.

    tokens(first=300ms, gap='lognormal(p50=20ms,p99=80ms)', count=200, size=12)

`first` is the time to the first piece and `gap` that between two, each any latency distribution;
`count` pieces have `size` bytes of text each. What goes wrong in mid-stream is one of

    stall(at=50,for=2s)     piece 50 and all after it are late by that much
    cut(at=50)              the connection is closed in the middle of piece 50
    reset(at=50)            it is reset in place of piece 50
    malformed(at=50)        piece 50 can not be read
    duplicate(at=50)        piece 50 is sent twice
    burst(at=50,count=10)   pieces 50 to 59 all come when the last of them is due

or several with whole weights, as in none:95,cut(at=50):5. The first piece is piece 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from waitbench_server import calls, latency, mix
from waitbench_server.distributions import Fixed
from waitbench_server.units import MS, S, duration_ns, duration_text, size_bytes

if TYPE_CHECKING:
    from waitbench_server.distributions import Distribution
    from waitbench_server.mix import Mix

FORM: Final = "tokens(first=300ms, gap='lognormal(p50=20ms,p99=80ms)', count=200, size=12)"
BREAK_FORM: Final = (
    "none, stall(at=50,for=2s), cut(at=50), reset(at=50), malformed(at=50), duplicate(at=50),"
    " burst(at=50,count=10), or a mix such as none:95,cut(at=50):5"
)
MOST_PIECES: Final = 100_000
LARGEST_PIECE: Final = 64 * 1024
LONGEST_S: Final = 3_600
"""So long may a stream last on average."""

_NAMES: Final = ("first", "gap", "count", "size")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """An answer in pieces."""

    first: Distribution = field(default_factory=lambda: Fixed(ns=0))
    gap: Distribution = field(default_factory=lambda: Fixed(ns=20 * MS))
    count: int = 100
    size: int = 12

    @property
    def mean_ns(self) -> float:
        """How long it lasts on average, from the request to its last piece."""
        return self.first.mean_ns + (self.count - 1) * self.gap.mean_ns

    def __str__(self) -> str:
        return (
            f"tokens(first='{self.first}', gap='{self.gap}', count={self.count}, size={self.size})"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """What goes wrong in a stream, and with which piece; `none` is a stream that is whole."""

    kind: str = "none"
    at: int = 0
    for_ns: int = 0
    """How long a stall lasts."""
    count: int = 1
    """How many pieces come at once in a burst."""

    @property
    def last(self) -> int:
        """The last piece that it takes."""
        return self.at + self.count - 1

    def __str__(self) -> str:
        if self.kind == "none":
            return self.kind
        rest = f",for={duration_text(self.for_ns)}" if self.kind == "stall" else ""
        rest += f",count={self.count}" if self.kind == "burst" else ""
        return f"{self.kind}(at={self.at}{rest})"


BREAKS: Final = {
    "none": (),
    "stall": ("at", "for"),
    "cut": ("at",),
    "reset": ("at",),
    "malformed": ("at",),
    "duplicate": ("at",),
    "burst": ("at", "count"),
}
"""What each is told: all of it, always."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Breaks:
    """What goes wrong in which share of the streams."""

    choices: tuple[Break, ...] = (Break(),)
    mix: Mix = field(default_factory=lambda: mix.Mix(values=(0,), weights=(1,)))

    def pick(self, u: float) -> Break:
        """Return the one on whose stretch of the weights `u` (0 < u < 1) falls."""
        return self.choices[self.mix.pick(u)]

    @property
    def last(self) -> int:
        """The last piece that any of them takes."""
        return max(choice.last for choice in self.choices)


def parse(text: str, *, files: bool = False) -> Stream:
    """Read what a stream is asked to be.

    Args:
        text: in the syntax above.
        files: whether `file:PATH` may be read; never allow it to a client.

    Raises:
        ValueError: it is not in that syntax; the message names the part.
    """
    called = calls.call(text)
    if called is None or called[0] != "tokens":
        raise ValueError(f"{text[:80]!r} is not tokens(…)")
    given = calls.arguments("tokens", called[1], _NAMES)
    fields: dict[str, Distribution] = {}
    for name in ("first", "gap"):
        if name in given:
            try:
                fields[name] = latency.parse(given[name], files=files)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
    stream = Stream(
        **fields,
        count=calls.whole("count", given.get("count", "100"), 1, MOST_PIECES),
        size=_piece_size(given.get("size", "12")),
    )
    if stream.mean_ns > LONGEST_S * S:
        raise ValueError(f"it would last {stream.mean_ns / S:.0f} s; at most {LONGEST_S} s")
    return stream


def _piece_size(text: str) -> int:
    try:
        size = size_bytes(text)
    except ValueError as error:
        raise ValueError(f"size: {error}") from None
    if not 0 < size <= LARGEST_PIECE:
        raise ValueError(f"size is 1 to 64k bytes of text in each piece, not {text[:40]!r}")
    return size


def parse_breaks(text: str) -> Breaks:
    """Read what goes wrong in mid-stream.

    Raises:
        ValueError: it is none of that; the message names the part.
    """
    entries = calls.parts(text)
    if len(entries) == 1 and len(calls.parts(text, ":")) == 1:
        return Breaks(choices=(_one_break(text),))
    choices, weights = [], []
    for entry in entries:
        name, *weight = calls.parts(entry, ":")
        choices.append(_one_break(name))
        weights.append(mix.whole_weight(":".join(weight), entry))
    chosen = mix.Mix(values=tuple(range(len(choices))), weights=tuple(weights))
    return Breaks(choices=tuple(choices), mix=chosen)


def _one_break(text: str) -> Break:
    kind, inside = calls.call(text) or (text, "")
    names = BREAKS.get(kind)
    if names is None:
        raise ValueError(f"{text[:40]!r} is not one of {', '.join(BREAKS)}")
    given = calls.arguments(kind, inside, names)
    missing = [name for name in names if name not in given]
    if missing:
        raise ValueError(f"{kind} also needs {', '.join(missing)}")
    return Break(
        kind=kind,
        at=calls.whole("at", given["at"], 0, MOST_PIECES - 1) if names else 0,
        for_ns=duration_ns(given["for"]) if "for" in given else 0,
        count=calls.whole("count", given.get("count", "1"), 1, MOST_PIECES),
    )
