"""Servers that people choose between: the same two applications under each, and a fair start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.loadtest.server_spec import THREADS, ServerSpec

if TYPE_CHECKING:
    from waitbench.loadtest.ways import Way

_ASGI = "Starlette, 1 process"
_WSGI = "WSGI, 1 process"
_UVICORN = ("starlette", "uvicorn")


def _uvicorn(name: str, loop: str, parser: str, needs: tuple[str, ...], note: str) -> ServerSpec:
    return ServerSpec(
        name=name,
        server="uvicorn",
        options=(loop, parser),
        needs=(*_UVICORN, *needs),
        note=f"{_ASGI}, uvicorn {note}",
    )


def _hypercorn(name: str, worker: str, way: Way, needs: tuple[str, ...] = ()) -> ServerSpec:
    return ServerSpec(
        name=name,
        server="hypercorn",
        worker=worker,
        way=way,
        needs=("starlette", "hypercorn", *needs),
        note=f"{_ASGI}, hypercorn on {worker}",
    )


def _granian(name: str, interface: str, loop: str, threads: int, note: str) -> ServerSpec:
    return ServerSpec(
        name=name,
        server="granian",
        threads=threads,
        options=(interface, loop),
        needs=("granian", *(("starlette",) if interface == "asgi" else ())),
        note=f"{_WSGI if interface == 'wsgi' else _ASGI}, granian {note}",
    )


def _gunicorn(name: str, worker: str, note: str, **how: Any) -> ServerSpec:
    asgi = worker == "asgi"
    return ServerSpec(
        name=name,
        server="gunicorn",
        worker=worker,
        needs=("gunicorn", *(("starlette",) if asgi else ()), *how.pop("needs", ())),
        note=f"{_ASGI if asgi else _WSGI}, gunicorn's {note}",
        **how,
    )


_BY_ITSELF = "with the loop that it takes by itself"
CONTESTANTS = (
    _uvicorn("uvicorn", "asyncio", "httptools", ("httptools",), "with httptools, asyncio's loop"),
    _uvicorn("uvicorn-h11", "asyncio", "h11", ("h11",), "with h11, asyncio's loop"),
    _uvicorn("uvicorn-zttp", "asyncio", "zttp", ("zttp",), "with zttp, asyncio's loop"),
    _uvicorn("uvicorn-default", "auto", "auto", (), f"{_BY_ITSELF}, as the parser"),
    _hypercorn("hypercorn", "asyncio", "awaits"),
    _hypercorn("hypercorn-trio", "trio", "trio", ("trio",)),
    _granian("granian", "asgi", "asyncio", 0, "on asyncio's loop"),
    _granian("granian-default", "asgi", "auto", 0, _BY_ITSELF),
    _gunicorn(
        "gunicorn-asgi", "asgi", "own ASGI worker, asyncio's loop",
        options=("--asgi-loop=asyncio",),
    ),
    _gunicorn("gunicorn-asgi-default", "asgi", f"own ASGI worker {_BY_ITSELF}"),
    _gunicorn("gthread", "gthread", f"gthread, {THREADS} threads", threads=THREADS),
    _gunicorn("gthread-default", "gthread", "gthread without --threads"),
    _gunicorn("gevent", "gevent", "gevent worker", needs=("gevent",)),
    _granian("granian-wsgi", "wsgi", "asyncio", THREADS, f"with {THREADS} threads"),
    _granian("granian-wsgi-default", "wsgi", "auto", 0, "with as many threads as it likes"),
    ServerSpec(
        name="waitress-threads",
        server="waitress",
        threads=THREADS,
        needs=("waitress",),
        note=f"{_WSGI}, waitress with {THREADS} threads",
    ),
)  # fmt: skip
"""The same two applications, one process each: Starlette on a loop, WSGI on threads of one number.

What a server does by itself, where that differs, is a row of its own.
"""
