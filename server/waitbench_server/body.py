"""What answers carry: a body of any size whose content depends on the size and the kind only."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

LARGEST_BYTES: Final = 16 * 1024**2

_BLOCK_BYTES: Final = 64 * 1024  # twice gzip's window, so that repetition does not compress
_LINE: Final = b"waitbench answers with the same bytes for the same size, always"


def content(size: int, *, compressible: bool = False) -> bytes:
    r"""Return the first `size` bytes of the endless repetition of one block.

    The block is the first 65,536 bytes that SHAKE-256 gives for `b"waitbench"`, or, compressible,
    one line of 64 bytes, the last of them a newline.
    """
    block = _LINE + b"\n" if compressible else _noise()
    return (block * -(-size // len(block)))[:size]


@lru_cache(maxsize=1)
def _noise() -> bytes:
    return hashlib.shake_256(b"waitbench").digest(_BLOCK_BYTES)


@lru_cache(maxsize=2)
def _largest(*, compressible: bool) -> bytes:
    return content(LARGEST_BYTES, compressible=compressible)


def view(size: int, *, compressible: bool) -> bytes | memoryview:
    """Return `content` without holding a copy of anything large, however many sizes are asked."""
    if size <= _BLOCK_BYTES:
        return content(size, compressible=compressible)
    return memoryview(_largest(compressible=compressible))[:size]
