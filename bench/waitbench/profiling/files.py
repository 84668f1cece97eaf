"""Profiles in a folder: one file that holds them all, and one per contestant in each format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from waitbench import atomic_file
from waitbench.profiling.profile import Profile
from waitbench.results.document import bounded
from waitbench.results.foreign_text import file_name, plain_document
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

SCHEMA: Final = 2
"""Number of the shape of `profiles.json`; in 1, files of ours had their whole paths."""
READ: Final = (1, SCHEMA)
FRAME_SIGNS: Final = "\x00\x01"
"""What holds the parts of a frame apart."""
SUFFIXES: Final[Mapping[str, str]] = {
    "text": ".txt",
    "html": ".html",
    "speedscope": ".speedscope.json",
    "json": ".pyisession",
}
"""By the name that `--format` takes."""
ALL: Final = "profiles.json"


def write(profiles: Sequence[Profile], folder: Path, forms: Sequence[str]) -> list[Path]:
    """Write `profiles.json`, and of each contestant a file in each format.

    Args:
        profiles: what was found.
        folder: made if need be.
        forms: of `SUFFIXES`.

    Returns:
        What was written.

    Raises:
        BenchError: no such format, or a file cannot be written.
    """
    texts = {
        f"{file_name(f'{profile.suite}-{profile.scenario}-{profile.model}')}{SUFFIXES[form]}": (
            profile,
            form,
        )
        for profile in profiles
        for form in forms
        if profile.working
    }
    whole = {"schema": SCHEMA, "profiles": [profile.form() for profile in profiles]}
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in _texts(whole, texts):
            path = folder / name
            atomic_file.write(path, text)
            written.append(path)
    except OSError as refused:
        raise BenchError(f"the profiles could not be written: {refused}") from None
    return written


def read(path: Path) -> list[Profile]:
    """Read `profiles.json`, or the one in a folder.

    Raises:
        BenchError: there is none, or it is something else.
    """
    file = path / ALL if path.is_dir() else path
    if file.is_fifo():
        raise BenchError(f"{file} is a pipe, and holds no profiles")
    try:
        whole = plain_document(json.loads(bounded(file)), apart=FRAME_SIGNS)
        if whole["schema"] not in READ:
            raise BenchError(
                f"{file} has the shape {whole['schema']!r}, and this version reads up to {SCHEMA}"
            )
        return [Profile.read(form) for form in whole["profiles"]]
    except OSError as refused:
        raise BenchError(f"{file} cannot be read: {refused.strerror}") from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise BenchError(
            f"{file} holds no profiles: name a {ALL} that `waitbench profile -o` wrote"
        ) from None


def _texts(whole: object, texts: dict[str, tuple[Profile, str]]) -> Iterator[tuple[str, str]]:
    yield ALL, json.dumps(whole)
    if texts:
        from waitbench.profiling import sessions  # pyinstrument, which not every Python has
    for name, (profile, form) in texts.items():
        yield name, sessions.written(profile, form)
