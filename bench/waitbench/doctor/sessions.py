"""Client sessions that were left open: those that are there at the end, and those that went."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from waitbench.doctor import source_lines
from waitbench.doctor.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.doctor.findings import SourceLine
    from waitbench.doctor.leaks import Leaks

    Replace = Callable[[Any, str, Callable[[Any], Any]], None]

SESSIONS = {"aiohttp.client": "ClientSession", "httpx": "AsyncClient", "httpx2": "AsyncClient"}
"""By their modules: each has to be closed."""
CLOSES = {"AsyncClient": ("aclose", "__aexit__")}
"""How those are closed that do not tell themselves that they were not."""
OPEN_BEFORE: set[int] = set()
"""Ids of sessions that an earlier examination met at its end, of the test before."""


@dataclass(slots=True)
class Sessions:
    """Those that were opened while the examination lasted, with the line that did."""

    leaks: Leaks
    opened: dict[int, tuple[weakref.ref[Any], SourceLine | None]] = field(default_factory=dict)

    def watch(self, replace: Replace) -> None:
        """Watch the sessions of libraries as they are imported."""

        def watched(module: Any) -> None:
            session = getattr(module, SESSIONS[module.__name__])
            closes = CLOSES.get(session.__name__, ())
            replace(session, "__init__", partial(self._opening, tells=not closes))
            for name in closes:
                replace(session, name, self._closing)

        when_imported(dict.fromkeys(SESSIONS, watched), replace)

    def left_open(self, session: Any) -> None:
        """Keep a session that goes unclosed, by its own word; its connector's word is the same."""
        if type(session).__name__ == "TCPConnector":
            return
        if id(session) in OPEN_BEFORE:
            OPEN_BEFORE.remove(id(session))
        else:
            self._add(type(session), self.opened.pop(id(session), (None, None))[1])

    def search(self) -> None:
        """Keep those that are alive and open."""
        for kept, place in tuple(self.opened.values()):
            session = kept()
            # aiohttp and httpx each have their word for it.
            if session and not getattr(session, "closed", getattr(session, "is_closed", True)):
                OPEN_BEFORE.add(id(session))
                self._add(type(session), place)
        self.opened.clear()

    def _add(self, kind: type, place: SourceLine | None) -> None:
        self.leaks.add("session", f"{kind.__module__.partition('.')[0]}.{kind.__name__}", place)

    def _opening(self, original: Callable[..., None], *, tells: bool) -> Callable[..., None]:
        def __init__(session: Any, *arguments: Any, **options: Any) -> None:  # noqa: N807
            original(session, *arguments, **options)
            place, kind, number = source_lines.caller(), type(session), id(session)
            OPEN_BEFORE.discard(number)

            def gone(reference: object) -> None:
                if self.opened.get(number, (None,))[0] is reference:
                    del self.opened[number]
                    self._add(kind, place)

            self.opened[number] = weakref.ref(session, None if tells else gone), place

        return __init__

    def _closing(self, original: Callable[..., Any]) -> Callable[..., Any]:
        async def close(session: Any, *arguments: Any, **options: Any) -> Any:
            self.opened.pop(id(session), None)
            return await original(session, *arguments, **options)

        return close
