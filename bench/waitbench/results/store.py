"""Where finished runs are kept: numbered files that no two runs share."""

from __future__ import annotations

import os
import re
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NUMBERED = re.compile(r"(\d{4,})_.*\.json")


def keep(part: Path, tag: str) -> Path:
    """Move a finished file to the next free number of its folder; two runs never get the same.

    Args:
        part: the file, written whole.
        tag: what stands behind the number, without the suffix.

    Returns:
        its new path, `0007_tag.json`.
    """
    folder = part.parent
    matches = (NUMBERED.fullmatch(path.name) for path in folder.iterdir())
    highest = max((int(match[1]) for match in matches if match), default=0)
    for number in count(highest + 1):
        path = folder / f"{number:04d}_{tag}.json"
        if any(folder.glob(f"{number:04d}_*.json")):
            continue
        try:
            os.link(part, path)
        except FileExistsError:
            continue
        except OSError:  # a file system without links
            part.replace(path)
            return path
        part.unlink()
        return path
    raise AssertionError  # pragma: no cover - numbers do not end
