"""Everyday Python in small: read JSON, build objects, group them, write text, search it."""

from __future__ import annotations

import json
import re
from functools import cache

ROWS, TAGS, GROUPS = 400, 8, 17


class _Part:
    def __init__(self, number: int, weight: float) -> None:
        self.number, self.weight = number, weight


@cache
def _document() -> str:
    rows = [
        {
            "id": row,
            "name": f"part {row}",
            "tags": [(row * 7 + tag) % 11 / 10 for tag in range(TAGS)],
        }
        for row in range(ROWS)
    ]
    return json.dumps(rows)


def errand() -> int:
    """Take about 2 ms and some memory, as code does that makes and forgets objects."""
    groups: dict[int, list[_Part]] = {}
    rows = json.loads(_document())
    for row in rows:
        groups.setdefault(row["id"] % GROUPS, []).append(_Part(row["id"], sum(row["tags"])))
    heaviest = [max(parts, key=lambda part: part.weight).number for parts in groups.values()]
    text = "\n".join(f"{row['name']}: {row['tags']}" for row in rows)
    return sum(heaviest) + len(re.findall(r"part \d+1:", text))
