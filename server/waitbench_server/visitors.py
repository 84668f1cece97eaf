"""Who may ask: whoever uses a name of this server, and no page of another site.

A browser lets every page send requests to this machine. It says in Origin and in Sec-Fetch-Site
where the page came from, and in Host by which name the page found us: somebody else's name may be
made to point here, so that only names of our own are answered.
"""

from __future__ import annotations

import ipaddress
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs
from multidict import istr

from waitbench_server.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_AUTHORITY: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]*)?", re.ASCII)
_SITE: Final = istr("Sec-Fetch-Site")
_ANOTHER_SITE: Final = "cross-site"
_REMEMBERED: Final = 64


class Visitors:
    """Decides who is answered.

    Args:
        host: the address that the server is bound to.
        allowed: names and addresses that were allowed beside it.
    """

    def __init__(self, host: str, allowed: Collection[str] = ()) -> None:
        self._names = frozenset(name.lower().strip("[]") for name in (host, *allowed))
        self._anybody = not is_loopback(host)
        self._welcome: set[str | None] = {None}  # HTTP/1.0 without a Host: no browser sends that

    def admit(self, headers: Mapping[str, str], authority: str | None) -> None:
        """Let a request pass that asks for no more than a wait.

        Beyond loopback it may come by any address, but not by a name that nobody has allowed.

        Args:
            headers: of the request.
            authority: what its target named, where that was a whole URL.

        Raises:
            Problem: a page of another site sent it, or it came by a name that is not ours.
        """
        host = authority or headers.get(hdrs.HOST)
        if host in self._welcome and hdrs.ORIGIN not in headers and _SITE not in headers:
            return
        self._check_page(headers)
        name = _name(host or "")
        if host is not None and not (self._is_ours(name) or (self._anybody and _is_address(name))):
            raise _not_ours(host)
        if len(self._welcome) < _REMEMBERED:
            self._welcome.add(host)

    def admit_to_change(self, headers: Mapping[str, str], authority: str | None) -> None:
        """Let an admitted request pass that changes or reads our state, or burns CPU time.

        Raises:
            Problem: it came by a name or address that is not ours.
        """
        host = authority or headers.get(hdrs.HOST)
        if host is not None and not self._is_ours(_name(host)):
            raise _not_ours(host)

    def _check_page(self, headers: Mapping[str, str]) -> None:
        origin = headers.get(hdrs.ORIGIN)
        if origin is None:
            foreign = headers.get(_SITE, "").lower() == _ANOTHER_SITE
        else:
            foreign = not self._is_ours(_name(origin.partition("://")[2]))
        if foreign:
            raise Problem(
                HTTPStatus.FORBIDDEN,
                "foreign-page",
                f"a page of another site ({(origin or 'unnamed')[:80]}) may not ask here",
                allowed="pages of loopback names, and of those named by --allow",
            )

    def _is_ours(self, name: str) -> bool:
        return name in self._names or is_loopback(name)


def is_loopback(name: str) -> bool:
    """Return whether a name or address always means the machine that it is used on."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_name(text: str) -> bool:
    """Return whether this may be allowed: a name or an address, and nothing around it."""
    return _is_address(text.strip("[]")) or (":" not in text and _name(text) == text.lower() != "")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _name(authority: str) -> str:
    """Return the name or address in `name:port`; empty where it is none."""
    match = _AUTHORITY.fullmatch(authority.lower())
    return (match[1] or match[2]) if match else ""


def _not_ours(host: str) -> Problem:
    return Problem(
        HTTPStatus.FORBIDDEN,
        "foreign-name",
        f"{host[:80]!r} is no name of this server",
        allowed="loopback names, the address it is bound to, and those named by --allow",
    )
