"""Starts and durations of a round's tasks, packed into a line of text and back; no heavy import."""

from __future__ import annotations

import base64
import sys
import zlib
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

INT64 = "q"


def encode_spans(starts: Iterable[int], durations: Iterable[int]) -> str:
    """Pack the spans of one round: base64 of zlib of little-endian int64, starts then durations.

    Args:
        starts: start of each task in nanoseconds, relative to the start of the round.
        durations: how long each took in nanoseconds, in the same order.

    Raises:
        ValueError: there are more of one than of the other.
        OverflowError: a figure does not fit into 64 bits.
    """
    began, took = array(INT64, starts), array(INT64, durations)
    if len(began) != len(took):
        raise ValueError(f"{len(began)} starts, but {len(took)} durations")
    packed = began + took
    if sys.byteorder == "big":
        packed.byteswap()
    return base64.b64encode(zlib.compress(packed.tobytes())).decode("ascii")


def unpack(text: str) -> bytes:
    """Return the little-endian int64 bytes inside `text`: all starts, then all durations.

    Raises:
        ValueError: the text is no such thing (bad base64, bad zlib, an odd number of figures).
    """
    try:
        packed = zlib.decompress(base64.b64decode(text, validate=True))
    except zlib.error as error:
        raise ValueError(f"spans do not decompress: {error}") from None
    if len(packed) % 16:
        raise ValueError(f"spans hold {len(packed)} bytes, which is no even number of int64")
    return packed


def decode_spans(text: str) -> tuple[list[int], list[int]]:
    """Return starts and durations in nanoseconds, as `encode_spans` took them.

    Raises:
        ValueError: the text was not made by `encode_spans`.
    """
    figures = array(INT64, unpack(text))
    if sys.byteorder == "big":
        figures.byteswap()
    half = len(figures) // 2
    return figures[:half].tolist(), figures[half:].tolist()
