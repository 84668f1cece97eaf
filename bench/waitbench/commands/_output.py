"""`--format` and `-o` of commands that write one text: to the screen, or into a file."""

from __future__ import annotations

from waitbench.commands import _old_names

TYPE_CHECKING = False  # what `typing` costs would be seen in --help
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

NAMES = {"md": "markdown", "txt": "terminal", "text": "terminal"}
"""What formats are called, too; a file's suffix among it."""
OLD = ("json", "markdown")
"""Formats that were options of their own."""


def describe(
    parser: argparse.ArgumentParser,
    formats: Sequence[str],
    *,
    files: Sequence[str] = (),
    old: Sequence[str] = (),
) -> None:
    """Add `--format` and `-o`.

    Args:
        parser: of the command.
        formats: what is printed besides the terminal's.
        files: what is written, if not the same.
        old: formats that were asked for by an option of their own before.
    """
    names = ", ".join(f"{name} (or md)" if name == "markdown" else name for name in formats)
    parser.add_argument("--format", metavar="FORMAT", help=f"terminal (default), {names}")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help=f"write it there, too; the suffix is its format: {_suffixes(files or formats)}",
    )
    for name in old:
        _old_names.add(parser, f"--{name}", action="store_true")


def form(arguments: argparse.Namespace, formats: Sequence[str]) -> str:
    """Return the format of what is printed.

    Raises:
        BenchError: there is no such format.
    """
    asked = arguments.format
    for name in OLD:
        if getattr(arguments, name, False):
            _old_names.tell(f"--{name}", f"--format {name}")
            asked = asked or name
    return _known(asked or "terminal", ("terminal", *formats))


def form_of_file(arguments: argparse.Namespace, formats: Sequence[str]) -> str:
    """Return the format of the file that is written too; empty where none is.

    Raises:
        BenchError: its suffix names no format.
        OSError: nothing can be written there.
    """
    if not arguments.output:
        return ""
    from pathlib import Path

    from waitbench import atomic_file
    from waitbench.scenario import BenchError

    place = Path(arguments.output)
    name = NAMES.get(place.suffix[1:], place.suffix[1:])
    if name not in formats:
        raise BenchError(f"-o {place}: give a file that ends in {_suffixes(formats)}")
    atomic_file.try_place(place)
    return name


def write(arguments: argparse.Namespace, text: str) -> None:
    """Write a text into the file that was asked for."""
    from pathlib import Path

    from waitbench import atomic_file

    atomic_file.write(Path(arguments.output), text if text.endswith("\n") else f"{text}\n")


def _suffixes(formats: Sequence[str]) -> str:
    return ", ".join(f".{'md' if name == 'markdown' else name}" for name in formats)


def _known(asked: str, formats: Sequence[str]) -> str:
    name = NAMES.get(asked, asked)
    if name not in formats:
        from waitbench.did_you_mean import instead
        from waitbench.scenario import BenchError

        raise BenchError(f"there is no format {asked!r}; {instead(asked, formats)}")
    return name
