"""Values that options and files are not made for, and what spoils a file; all drawn by a seed."""

from __future__ import annotations

import copy
import gzip
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

TEXTS = (
    *("", " ", "0", "-1", "1", "7.5", "-0.0", "1e-300", "1e400", "nan", "inf", "-inf"),
    *("9" * 30, "0x10", "1_000", "١٢", "½", "yes", "None", ",", "a,b,,c", "a b", "%s%n{}$(x)`x`"),
    *("é", "日本", "\u202eevil\u202c", "\x1b[2J\x07", "\udcff", "x" * 5000, "*", "[a-", "..", "."),
    *("missing/x.json", "missing/x.md", "folder", "empty.json", "binary.json", "--help", "-"),
)
"""What people, scripts and unset variables give to an option."""
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**63, 10**40, 1e-320, 1e308, -1e308, float("nan")),
    *(float("inf"), "", "text", "\u202eevil", "\x1b]0;title\x07\x1b[2J", "a\nb\r\0c", "\ud800"),
    *("<script>alert(1)</script>", "|x|`y`", "=cmd()", "../../evil", "x" * 3000),
    *([], {}, [[]], [None], {"": None}, ["text"], [1, "a", None], {"waitbench": 7}),
)
"""What stands in a file in place of a value that is right."""


def places(of: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return every place in a document, as the keys that lead to it."""
    inner = of.items() if isinstance(of, dict) else enumerate(of) if isinstance(of, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


def spoilt(document: Any, rng: Random) -> bytes:
    """Return a document as a file, with something wrong in one to three places, or in its bytes."""
    if rng.random() < 0.25:
        return _bytes_spoilt(json.dumps(document).encode(), rng)
    made = copy.deepcopy(document)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        made = _value_spoilt(made, rng)
    return json.dumps(made).encode(errors="surrogatepass")


def _value_spoilt(document: Any, rng: Random) -> Any:
    place = rng.choice(places(document))
    if not place:
        return document if rng.random() < 0.9 else rng.choice(VALUES)
    inner: Any = document
    for key in place[:-1]:
        inner = inner[key]
    last = place[-1]
    match rng.randrange(5):
        case 0:
            del inner[last]
        case 1 if isinstance(inner, dict):
            inner[str(rng.choice(VALUES))] = inner.pop(last)
        case 1 | 2:
            twice = copy.deepcopy(inner[last])
            if isinstance(inner, list):
                inner.append(twice)
            else:
                inner[f"{last}2"] = twice
        case _:
            inner[last] = rng.choice(VALUES)
    return document


def _bytes_spoilt(content: bytes, rng: Random) -> bytes:
    cut, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    noise = bytes(rng.randrange(256) for _ in range(9))
    return rng.choice(
        (
            content[:cut],
            content[:cut] + noise + content[cut:],
            content[:cut] + content[end:],
            content[:end] + content[cut:],
            gzip.compress(content)[: rng.choice((5, 30, 10**9))],
            content.decode().encode(rng.choice(("utf-16", "utf-32", "utf-8-sig"))),
            b'{"a":' * rng.choice((50, 2000, 60_000)) + content,
            content[:cut] + b"9" * 5000 + content[cut:],
            b"\xff\xfe" + content,
            rng.choice((b"", b" \n", b"null", b"[]", b"{}", b"7", b'"text"', b"\0" * 64)),
        )
    )
