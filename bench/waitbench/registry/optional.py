"""Libraries that only an extra brings: whether they are here, and what to type if they are not."""

from __future__ import annotations

from waitbench.scenario import BenchError

EXTRAS = {
    "suites": {
        "aiofiles": "aiofiles",
        "aiosqlite": "aiosqlite",
        "gunicorn": "gunicorn",
        "PIL": "pillow",
        "psycopg": "psycopg[binary,pool]",
        "redis": "redis",
        "uvloop": "uvloop",
        "waitress": "waitress",
    },
    "report": {"jinja2": "jinja2", "vl_convert": "vl-convert-python"},
    "completion": {"shtab": "shtab"},
    "contestants": {
        "anyio": "anyio",
        "gevent": "gevent",
        "granian": "granian",
        "httptools": "httptools",
        "httpx": "httpx",
        "httpx2": "httpx2",
        "hypercorn": "hypercorn[trio]",
        "pyqwest": "pyqwest",
        "pyreqwest": "pyreqwest",
        "rloop": "rloop",
        "starlette": "starlette",
        "trio": "trio",
        "uvicorn": "uvicorn",
        "zuvloop": "zuvloop",
    },
    "cluster": {"distributed": "distributed"},
}
"""By extra: what a module that is imported is called where packages are installed from."""
REPLACED = {"urllib3": ("urllib3_future", "niquests")}
"""Modules that may not be what they are called: whose fork stands in the place of each, and what
brings it. Who needs the module itself cannot take part where the fork is."""
UNBUILT = {"pyinstrument": "it has no wheel for Python 3.15 yet, so that takes a compiler"}
"""What waitbench itself brings only where no compiler is needed for it."""

NEWER = {"zuvloop": "it needs Python 3.14 or newer"}
"""What has no release for every Python that waitbench runs on."""


def installed(library: str) -> bool:
    """Whether a module could be imported, as far as that shows without importing it."""
    from importlib.util import find_spec  # workers start without it

    return find_spec(library.partition(".")[0]) is not None


def missing(*libraries: str) -> str | None:
    """Return in one line which of these are not installed, and what to type; None if all are."""
    tops = dict.fromkeys(library.partition(".")[0] for library in libraries)
    for library, (fork, bringer) in REPLACED.items():
        if library in tops and installed(fork):
            return (
                f"needs {library} itself: {bringer} put {fork.replace('_', '-')} in its place; "
                f"race it in an environment without {bringer}"
            )
    absent = [library for library in tops if not installed(library)]
    return cure(*absent) if absent else None


def cure(*absent: str) -> str:
    """Return `needs jinja2: pip install jinja2 (in the extra report)`."""
    extras = [extra for extra, modules in EXTRAS.items() if modules.keys() & set(absent)]
    named = {module: name for modules in EXTRAS.values() for module, name in modules.items()}
    typed = [named.get(library, library) for library in absent]
    command = " ".join(f"'{name}'" if "[" in name else name for name in typed)
    plural = "s" if len(extras) > 1 else ""
    notes = [f"in the extra{plural} {' and '.join(extras)}"] * bool(extras)
    notes += [why[library] for why in (UNBUILT, NEWER) for library in absent if library in why]
    remark = f" ({'; '.join(notes)})" if notes else ""
    return f"needs {' and '.join(absent)}: pip install {command}{remark}"


def need(what: str, *libraries: str) -> None:
    """Refuse what cannot be done without these libraries.

    Args:
        what: cannot be done, as the subject of a sentence: "a page".
        libraries: that it imports.

    Raises:
        BenchError: some are missing; says what to type.
    """
    if lack := missing(*libraries):
        raise BenchError(f"{what} {lack}")
