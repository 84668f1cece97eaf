"""Texts a person types for durations and sizes: parsed to integer nanoseconds or bytes and back."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

US: Final = 1_000
MS: Final = 1_000_000
S: Final = 1_000_000_000
MAXIMUM_NS: Final = 60 * S  # no single delay is longer, so that no client can hold a slot for ever

DURATION_FORM: Final = "a number and a unit: 200us, 50ms, 1.5s, or 0 (at most 60s)"
SIZE_FORM: Final = "bytes: 128, 10k or 10KiB (10,240), 10KB (10,000); M, MiB and MB alike"

_UNITS_NS: Final = {"ns": 1, "us": US, "µs": US, "ms": MS, "s": S}
_DURATION: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)(ns|us|µs|ms|s)", re.ASCII)
# A letter alone counts 1024, as curl and ls have it; KB and MB are those of the SI.
_SIZES: Final = {
    "": 1, "b": 1,
    "k": 1024, "kib": 1024, "kb": 1000,
    "m": 1024**2, "mib": 1024**2, "mb": 1000**2,
}  # fmt: skip
_SIZE: Final = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*([A-Za-z]{0,3})\s*", re.ASCII)


def duration_ns(text: str) -> int:
    """Parse a duration such as `50ms` into nanoseconds.

    Raises:
        ValueError: it is not a duration, or longer than 60 s; the message says what is allowed.
    """
    if text == "0":
        return 0
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:80]!r} is not a duration; allowed: {DURATION_FORM}")
    exact = Decimal(match[1]) * _UNITS_NS[match[2]]
    if exact > MAXIMUM_NS:
        raise ValueError(f"{text[:80]!r} is too long; allowed: {DURATION_FORM}")
    return int(exact.to_integral_value(ROUND_HALF_EVEN))


def duration_text(ns: int) -> str:
    """Write nanoseconds in the largest fitting unit, without loss: `duration_ns` reads it back."""
    if ns == 0:
        return "0"
    unit = next(name for name in ("s", "ms", "us", "ns") if ns >= _UNITS_NS[name])
    number = format(Decimal(ns) / _UNITS_NS[unit], "f")
    return (number.rstrip("0").rstrip(".") if "." in number else number) + unit


def size_bytes(text: str) -> int:
    """Parse a size such as `10k`, `64KB` or `1.5MiB` into bytes.

    Raises:
        ValueError: it is not a size; the message says what is allowed.
    """
    match = _SIZE.fullmatch(text)
    factor = _SIZES.get(match[2].lower()) if match else None
    if match is None or factor is None:
        raise ValueError(f"{text[:80]!r} is not a size; allowed: {SIZE_FORM}")
    return int((Decimal(match[1]) * factor).to_integral_value(ROUND_HALF_EVEN))
