"""Where each side has its benchmarks: a file that moved is found at its own place on either."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from waitbench.gate import settings as gate_settings
from waitbench.gate.repository import git
from waitbench.gate.settings import FILES, GateSettings
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from waitbench.gate.benchmark import Side

MOST_FILES = 12
"""Of a name that stands in more files than that, the rest is not asked."""


class NoFileError(BenchError):
    """Head has no file of benchmarks."""


def files(
    sides: Sequence[Side], settings: GateSettings, renamed: Mapping[str, str]
) -> dict[str, str | None]:
    """Return each side's file of benchmarks, relative to its project's folder; None without one.

    Args:
        sides: base and head.
        settings: of the project, as it is now.
        renamed: what each file of head that moved is called on base.

    Raises:
        NoFileError: head has none.
    """
    base, head = sides
    named = list(filter(None, (settings.file, own_settings(head).file))) or list(FILES)
    head_file = _first(head, named)
    others = filter(None, (own_settings(base).file, settings.file, *FILES))
    before = [head_file, renamed.get(head_file)] if head_file else []
    base_file = _first(base, [*filter(None, before), *others])
    if head_file is None:
        moved = [after for after, before in renamed.items() if before == base_file]
        head_file = _first(head, moved)
    if head_file is None:
        raise NoFileError(
            f"head has no file of benchmarks: none of {', '.join(dict.fromkeys(named))}; "
            "write one with functions bench_… (see the README), name it in pyproject.toml "
            '([tool.waitbench.gate] file = "…"), or compare commands by --command LINE'
        )
    return {base.name: base_file, head.name: head_file}


def has_file(sides: Sequence[Side], settings: GateSettings, renamed: Mapping[str, str]) -> bool:
    """Whether a project has a file of benchmarks, or says that it has one."""
    try:
        return bool(files(sides, settings, renamed))
    except BenchError:
        return any(asked.file for asked in (settings, own_settings(sides[1])))


def own_settings(side: Side) -> GateSettings:
    """Return the settings as a side's own checkout has them; the defaults where they are wrong."""
    with suppress(BenchError):
        return gate_settings.read(side.root)
    return GateSettings()


def import_folders(side: Side, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the folders that stand before all that is installed, of one side, if they are there.

    Args:
        side: base or head; what its own settings say counts, too.
        paths: of the project, as its settings are now.
    """
    names = dict.fromkeys([*paths, *own_settings(side).paths])
    folders = (side.root / name for name in names)
    return tuple(str(folder.resolve()) for folder in folders if folder.is_dir())


def defining(side: Side, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the Python files of a side that define some of these functions or classes: which.

    Args:
        side: base or head.
        names: of benchmarks; a method is looked for by its class.
    """
    stems = dict.fromkeys(map(stem, names))
    pattern = f"^(async +def|def|class) +({'|'.join(map(re.escape, stems))}) *[(:]"
    listing = git(side.root, "grep", "-l", "-z", "-E", pattern, "--", "*.py").stdout
    paths = sorted(filter(None, listing.split("\0")))[:MOST_FILES]
    texts = {path: (side.root / path).read_text(errors="replace") for path in paths}
    return {
        path: [match[1] for match in re.findall(pattern, text, re.MULTILINE)]
        for path, text in texts.items()
    }


def stem(name: str) -> str:
    """Return the function or class that a benchmark is of: `Rows` of `Rows.bench_total[10]`."""
    return re.split(r"[.\[]", name, maxsplit=1)[0]


def _first(side: Side, names: Sequence[str]) -> str | None:
    return next((name for name in names if (side.root / name).is_file()), None)
