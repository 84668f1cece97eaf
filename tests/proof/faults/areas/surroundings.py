"""Room and surroundings: full disks, locked folders, few files and little memory, odd variables."""

from __future__ import annotations

import resource
from itertools import product
from typing import TYPE_CHECKING

from tests.proof.faults import samples
from tests.proof.faults.trial import REPORTED, STOPPED, Stop, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

TITLE = "room and surroundings"
SHOWS: tuple[tuple[str, ...], ...] = (
    ("list",),
    ("environment",),
    ("report", "run.json"),
    ("claims", "run.json"),
    ("compare", "run.json", "second.json"),
    ("history", "show", "--file", "history.jsonl"),
    ("baseline", "show", "kept.json"),
    ("gate", "run.json", "--baseline", "kept.json"),
    ("profile", "profiles.json"),
    ("explain", "cpu-no-gain", "run.json"),
    ("doctor", "shop.py"),
    ("calibrate",),
    ("serve", "--help"),
)
"""Commands that only show something."""
WRITES: tuple[tuple[str, ...], ...] = (
    ("report", "run.json", "-o", "out.md"),
    ("report", "run.json", "-o", "out.html"),
    ("report", "run.json", "--format", "csv,json,latex", "--figures", "svg,png", "-o", "folder"),
    ("writeup", "run.json", "-o", "folder"),
    ("history", "add", "run.json", "--file", "folder/history.jsonl"),
    ("history", "plot", "--file", "history.jsonl", "-o", "folder/plot.svg"),
    ("baseline", "update", "run.json", "--name", "name"),
    ("gate", "run.json", "--baseline", "kept.json", "-o", "folder/out.json"),
    ("profile", "profiles.json", "-o", "folder"),
    ("run", "no_such"),
    ("run", "control", "--models", "sync", "--budget", "1", "--launches", "1", "-o", "out.json"),
    ("advise", "shop.py:quick", "--dry", "-o", "out.json"),
)
"""Commands that write something."""
VARIABLES: tuple[Mapping[str, str | None], ...] = (
    *({"COLUMNS": text} for text in ("0", "1", "-5", "wide", "100000", "")),
    *({"LANG": text, "LC_ALL": text} for text in ("C", "xx_XX.nonsense", "tr_TR.UTF-8", "")),
    *({"HOME": text} for text in (None, "", "/nonexistent", "/dev/null", "/proc")),
    *({"TMPDIR": text} for text in (None, "", "/nonexistent", "/dev/null", "/proc")),
    *({"TERM": text} for text in (None, "dumb", "no-such-terminal", "")),
    *({"PYTEST_ADDOPTS": text} for text in ("--no-such-option", "-k nothing", "'unclosed")),
    {"PYTEST_PLUGINS": "no_such_plugin"},
    {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    {"PYTEST_XDIST_WORKER": "gw0"},
    *({"PYTHONWARNINGS": text} for text in ("error", "nonsense::::::", "always")),
    *({"PYTHONIOENCODING": text} for text in ("ascii", "utf-16", "latin-1:strict")),
    {"PYTHONOPTIMIZE": "2"},
    {"PYTHONDEVMODE": "1"},
    {"PYTHONASYNCIODEBUG": "1"},
    {"PYTHONSAFEPATH": "1"},
    {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONHASHSEED": "1"},
    {"PYTHONUNBUFFERED": "1"},
    {"PYTHONMALLOC": "debug"},
    {"PYTHONFAULTHANDLER": "1"},
    {"PYTHONTRACEMALLOC": "5"},
    {"NO_COLOR": "1"},
    {"FORCE_COLOR": "1"},
    {"TZ": "Nowhere/Atlantis"},
    {"PATH": ""},
    {"GITHUB_ACTIONS": "true"},
    {"GIT_DIR": "/nonexistent"},
    {"SHELL": None, "USER": None, "LOGNAME": None},
)
"""What a caller may have set or unset."""
BYTES = (0, 1, 4096, 20_000, 200_000)
"""A file may have, as on a disk that is nearly full."""
FILES = (8, 12, 16, 24, 40)
"""That may be open."""
OUTPUTS = ("/dev/full", "/dev/null", "/dev/stdout", "folder", "missing/out.md", "/proc/x.md")
OUTPUTS = ("/dev/full", "/dev/null", "/dev/stdout", "folder", "missing/out.md", "/proc/x.md")
MEMORY = (100 << 20, 200 << 20, 400 << 20, 1 << 30)
OUTPUT = {"PYTHONDEVMODE", "PYTHONTRACEMALLOC", "PYTHONWARNINGS", "PYTHONASYNCIODEBUG"}
"""Variables that ask Python itself for words on stderr."""


def trials(rng: Random, share: float) -> Iterator[Trial]:
    """Yield every command in every surrounding."""
    own = samples.own()
    files = {**own, "second.json": own["run.json"], "shop.py": samples.QUICK}
    every = [*_variables(files), *_rooms(files)]
    rng.shuffle(every)
    yield from every[: max(1, round(len(every) * share))]


def _variables(files: Mapping[str, bytes]) -> Iterator[Trial]:
    for number, (environ, words) in enumerate(product(VARIABLES, (*SHOWS, *WRITES))):
        if number % 3:  # a third of them: each variable with a third of the commands
            continue
        lines = 40 if OUTPUT & environ.keys() else 2
        yield _trial(words, files, environ=environ, lines=lines)


def _rooms(files: Mapping[str, bytes]) -> Iterator[Trial]:
    for words in SHOWS:
        yield _trial(words, files, output="/dev/full")
    for words in WRITES:
        yield _trial(words, files, locked=(".", "folder"))
        yield _trial(words, files, locked=("folder",))
        for most in BYTES:
            yield _trial(words, files, limits={resource.RLIMIT_FSIZE: most})
    for words in (*SHOWS, *WRITES):
        for most in FILES:
            yield _trial(words, files, limits={resource.RLIMIT_NOFILE: most}, lines=3)
        for most in MEMORY:
            yield _trial(words, files, limits={resource.RLIMIT_AS: most}, lines=40)
    for output, words in product(OUTPUTS, [words for words in WRITES if "-o" in words]):
        yield _trial((*words, "-o", output), files, lines=2)
    for port in ("1", "22", "65535", "65536"):
        yield _trial(("serve", "--port", port), files)


def _trial(words: tuple[str, ...], files: Mapping[str, bytes], **more: object) -> Trial:
    statuses: set[int] = set(REPORTED)
    if words[0] in {"gate", "run", "advise", "profile", "doctor"}:
        statuses |= {1}
    if words[0] in {"doctor", "gate"}:
        statuses |= {3}
    measures = words[0] in {"run", "serve", "advise"}
    older = next((word for word in words if word.startswith("out.")), "")
    return Trial(
        area=TITLE,
        words=words,
        statuses=frozenset({*statuses, *([STOPPED] if measures else [])}),
        files={**files, **({older: b'"older"'} if older else {})},
        older=older,
        fresh=True,
        stop=Stop(after_s=20) if measures else None,
        limit_s=90,
        **more,  # type: ignore[arg-type]
    )
