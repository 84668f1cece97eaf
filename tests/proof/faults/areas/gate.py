"""Revisions, interpreters and settings of the gate: none that is wrong is green, or *slower*."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.proof.faults import odd, samples
from tests.proof.faults.trial import MISTAKE, STOPPED, Stop, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

TITLE = "revisions and settings of the gate"
REVISIONS = (
    *("", " ", "HEAD", "no-such", "HEAD~99", "-n1", "--all", "main..HEAD", "HEAD^{tree}", ":/x"),
    *("0" * 40, "HEAD:shop.py", "@{-1}", "é", "\x1b[2J", "a b", "main\nHEAD", "x" * 5000, "\udcff"),
)
PYTHONS = ("", " ", "/nonexistent/python", ".", "folder", "shop.py", "/bin/false", "/bin/true")
KEYS = ("file", "paths", "build", "minutes", "margin", "margins", "benchmarks", "no_such_setting")
SETTINGS: tuple[Any, ...] = (
    *(
        "",
        " ",
        "missing.py",
        "/etc/passwd",
        "../x.py",
        "benchmarks.py",
        "3%",
        "-3%",
        "NaN",
        "x" * 999,
    ),
    *(
        "false",
        "\x1b[2J",
        0,
        -1,
        1,
        1e400,
        float("nan"),
        10**30,
        True,
        False,
        [],
        [""],
        ["missing"],
    ),
    *(["/"], [".."], [1], {}, {"*": "3%"}, {"*": -1}, {"*": []}, {"[": "5%"}, [["src"]]),
)
FILES_OF_BENCHMARKS = (
    *(b"", b"\0", b"\xff\xfe", b"def broken(:\n", b"raise SystemExit(0)\n", b"import no_such\n"),
    *(b"bench_x = 7\n", b"def bench_x(needed): pass\n", b"import os\nos._exit(0)\n", b"1/0\n"),
    *(b"def bench_x():\n    raise ValueError\n", b"def bench_x():\n    import os; os._exit(0)\n"),
    *(b"async def bench_x(): pass\nbench_x.check = 7\n", b"import shop\n", b"print('x' * 10**6)\n"),
    *(b"def bench_\xc3\xa9(needed):\n    return 1\n", b"def bench_x():\n    yield 1\n"),
)
"""A file of benchmarks that has none, or none that can be compared."""
DAMAGED = (b"", b"\xff", b"[tool", b"[tool]\nwaitbench = 7\n", b"[tool.waitbench]\ngate = []\n")
"""Files of settings that are none."""
UNDECIDED = 3
SOON = ("--budget", "3s")


def trials(rng: Random, share: float) -> Iterator[Trial]:
    """Yield gates that can compare nothing, or whose settings are wrong."""
    every = [*_revisions(), *_settings(), *_benchmarks()]
    rng.shuffle(every)
    yield from every[: max(1, round(len(every) * share))]


def _revisions() -> Iterator[Trial]:
    for text in REVISIONS:
        for more in ((), ("--exact-base",), ("--head", text)):
            yield _trial(("--base", text, *more), {}, {MISTAKE})
        yield _trial(("--base", "HEAD", "--head", text), {}, {MISTAKE})
        yield _trial(("--head", text), {}, {MISTAKE})
    for text in PYTHONS:
        for option in ("--base-python", "--head-python"):
            yield _trial((option, text, *SOON), {}, {MISTAKE})
            yield _trial(("--base", "HEAD", option, text, *SOON), {}, {MISTAKE})
    nothing: tuple[tuple[str, ...], ...] = ((), ("--baseline", ""), ("--run", ""))
    for words in (("--base", "HEAD~1", "-k", "no_such"), *nothing):
        yield _trial(words, {}, {MISTAKE})
    for text in odd.TEXTS:
        yield _trial(("run.json", "--baseline", text), samples.own(), {MISTAKE})
        yield _trial((text, "--baseline", "kept.json"), samples.own(), {MISTAKE})


def _settings() -> Iterator[Trial]:
    for key in KEYS:
        for value in SETTINGS:
            text = f"[tool.waitbench.gate]\n{key} = {_toml(value)}\n".encode()
            # Some of them are right, so that it races: it may end as any gate.
            files = {"pyproject.toml": text}
            words = ("--base", "HEAD~1", "--head", ".", *SOON)
            yield _trial(words, files, {0, 1, MISTAKE, UNDECIDED, STOPPED})
    for text in DAMAGED:
        yield _trial(("--base", "HEAD~1", "--head", "."), {"pyproject.toml": text}, {MISTAKE, 0})


def _benchmarks() -> Iterator[Trial]:
    for text in FILES_OF_BENCHMARKS:
        words = ("--base", "HEAD~1", "--head", ".", *SOON)
        yield _trial(words, {"benchmarks.py": text}, {0, MISTAKE, UNDECIDED, STOPPED})
        words = ("--base", "HEAD", "--exact-base", "--allow-same", *SOON)
        yield _trial(words, {"benchmarks.py": text}, {MISTAKE}, committed=True)


def _toml(value: Any) -> str:
    """Return a value as TOML has it; tables inline."""
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return str(value)
    return json.dumps(value)


def _trial(
    words: tuple[str, ...], files: dict[str, bytes], statuses: set[int], *, committed: bool = False
) -> Trial:
    return Trial(
        area=TITLE,
        words=("gate", *words),
        statuses=frozenset(statuses),
        files={**samples.project(), **files},
        repository=True,
        committed=committed,
        stop=Stop(after_s=5) if STOPPED in statuses else None,
        lines=6,
    )
