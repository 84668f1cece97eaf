"""A thing in, out a digest of all that it holds, by which two moments of it can be compared."""

from __future__ import annotations

import hashlib
import inspect
import io
import pickle
import warnings
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import Any

MOST_BYTES = 64_000_000
"""Of what is larger nothing is known: looking would take longer than calls do."""


class _TooLargeError(Exception):
    """There is too much of it."""


class _Digest(io.RawIOBase):
    """A file of which only the digest is kept."""

    def __init__(self) -> None:
        self.hash = hashlib.blake2b(digest_size=16)
        self._bytes = 0

    def write(self, data: Any) -> int:
        with memoryview(data) as view:
            self._bytes += view.nbytes
            if self._bytes > MOST_BYTES:
                raise _TooLargeError
            self.hash.update(view)
            return view.nbytes


class _Pickler(pickle.Pickler):
    """Packs everything: of what refuses (locks, files, generators) its kind and where it stands."""

    def reducer_override(self, thing: Any) -> Any:
        if thing is str or isinstance(thing, pickle.PickleBuffer):  # of which the rest is made
            return NotImplemented
        if isinstance(thing, type | FunctionType | ModuleType):
            return str, (getattr(thing, "__qualname__", thing.__name__),)
        try:
            return thing.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
        except Exception:  # noqa: BLE001 - objects refuse in every way
            return str, (f"{type(thing).__name__} {_place(thing)}",)


def state(thing: Any) -> bytes | None:
    """Return what is another one when anything in a thing is; None where nothing tells."""
    digest = _Digest()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # iterators that say they will not be packed much longer
        try:
            _Pickler(digest, pickle.HIGHEST_PROTOCOL).dump(thing)
        except Exception:  # noqa: BLE001 - objects refuse in every way
            return None
    return digest.hash.digest()


def _place(thing: Any) -> str:
    """Return how far a file was read, or a generator has come."""
    if inspect.isgenerator(thing):
        return str(thing.gi_frame and thing.gi_frame.f_lasti)
    if isinstance(thing, io.IOBase):
        with suppress(Exception):
            return str(thing.tell())
        return str(getattr(getattr(thing, "buffer", None), "tell", int)())
    return ""
