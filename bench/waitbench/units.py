"""Durations and sizes as people type them: `50ms`, `1.5s`, `200us`, `4MB`, and back."""

from __future__ import annotations

import re

from waitbench.scenario import BenchError

NS_PER = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
SECONDS_PER = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}
BYTES_PER = {
    "": 1, "B": 1,
    "K": 1024, "KIB": 1024, "KB": 1_000,
    "M": 1024 * 1024, "MIB": 1024 * 1024, "MB": 1_000_000,
}  # fmt: skip
"""A letter alone counts 1024, as in curl and in the target; KB and MB are those of the SI."""
_QUANTITY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-zµ]*)\s*")


def duration_ns(text: str) -> int:
    """Read a duration into nanoseconds; a bare `0` needs no unit.

    Raises:
        BenchError: not a number with one of the units ns, us, ms, s.
    """
    match = _QUANTITY.fullmatch(text)
    if match:
        number, unit = float(match[1]), match[2].replace("µ", "u")
        if unit in NS_PER:
            return round(number * NS_PER[unit])
        if not unit and not number:
            return 0
    raise BenchError(f"{text!r} is not a duration; write it like 50ms, 1.5s or 200us")


def seconds(text: str, name: str) -> float:
    """Read how long something may take into seconds: `90`, `90s`, `3m`, `1h`.

    Raises:
        BenchError: naming the option `name`; it is no such time, or not above zero.
    """
    match = _QUANTITY.fullmatch(text)
    if match and match[2] in SECONDS_PER and float(match[1]) > 0:
        return float(match[1]) * SECONDS_PER[match[2]]
    raise BenchError(f"{name} {text} is no time to spend; write it like 90s, 3m or 1h")


def size_bytes(text: str) -> int:
    """Read a size into bytes: `4096`, `10k` (10,240), `64KB` (64,000), `4MiB`.

    Raises:
        BenchError: not a number with one of the units B, k, KB, KiB, M, MB, MiB.
    """
    match = _QUANTITY.fullmatch(text)
    if match and match[2].upper() in BYTES_PER:
        return round(float(match[1]) * BYTES_PER[match[2].upper()])
    raise BenchError(f"{text!r} is not a size; write it like 4096, 64KB or 4MiB")


def count(text: str, name: str) -> int:
    """Read a whole number above zero; `200_000` is fine.

    Raises:
        BenchError: naming the parameter `name`.
    """
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise BenchError(f"{name}={text!r} is not a whole number above zero")
    return number
