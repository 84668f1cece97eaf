"""Packages of pip that are kept from gate to gate, a folder for each set of requirements."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WHOLE = "whole"
"""File of a folder whose packages are all there; its time is that of the last use."""
KEPT_S = 30 * 24 * 3600
"""What no gate has used for so long is removed."""
NAMING_FILES = ("-r", "-c", "--requirement", "--constraint")
INCLUDED = re.compile(rf"^\s*(?:{'|'.join(NAMING_FILES)})[ =]*(\S+)", re.MULTILINE)
LOCAL = re.compile(r"^\s*(?:-e\b|--editable|\.|/|file:)|@\s*file:", re.MULTILINE)
"""What names a folder or file of the tree, which two commits do not share."""


def cache() -> Path:
    """Return the folder that all of them are in."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "waitbench" / "environments"


def folder(place: Path, requirements: Sequence[str]) -> Path | None:
    """Return where the packages of these requirements are kept.

    Args:
        place: folder that the files are named from.
        requirements: as pip takes them: names, and files behind `-r` and `-c`.

    Returns:
        A folder for their content; None where it is another in each checkout, or is not there.
    """
    texts, words, names = [*requirements], iter(requirements), list[Path]()
    for word in words:
        if word in NAMING_FILES:
            names.append(place / next(words, ""))
        elif named := INCLUDED.match(word):
            names.append(place / named[1])
        elif LOCAL.match(word):
            return None
    for name in names:  # which grows by the files that these files name
        try:
            text = name.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None  # pip says best what is wrong with it
        if LOCAL.search(text):
            return None
        texts.append(text)
        names += [
            deeper
            for match in INCLUDED.findall(text)
            if (deeper := name.parent / match) not in names
        ]
    parts = (sys.version, sys.base_prefix, *texts)
    return cache() / hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


@contextmanager
def in_use(kept: Path) -> Iterator[bool]:
    """Hold a folder alone; yield whether its packages are all there, after which they are.

    Where they are not, an attempt that was broken off is removed first. Folders that nobody has
    used for a month go, too.

    Raises:
        BenchError: the disk refuses it.
    """
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        lock = kept.with_suffix(".lock").open("w")
    except OSError as refused:
        raise BenchError(
            f"packages cannot be kept in {kept.parent} ({refused.strerror}); name another folder "
            "by XDG_CACHE_HOME"
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _remove_unused(kept.parent)
        whole = (kept / WHOLE).is_file()
        if not whole:
            shutil.rmtree(kept, ignore_errors=True)
        yield whole
        (kept / WHOLE).touch()


def lay_under(kept: Path, environment: Path) -> None:
    """Let an environment see kept packages behind its own."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = f"lib/{version}/site-packages"
    line = f"import site; site.addsitedir({str(kept / packages)!r})\n"
    (environment / packages / "waitbench-kept.pth").write_text(line, encoding="utf-8")


def _remove_unused(place: Path) -> None:
    for mark in place.glob(f"*/{WHOLE}"):
        with suppress(OSError):
            if time.time() - mark.stat().st_mtime > KEPT_S:
                shutil.rmtree(mark.parent, ignore_errors=True)
