"""The application as WSGI: a function that is called and blocks until it has the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.loadtest import work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def app(environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request."""
    try:
        status, body = "200 OK", work.answer(environ["PATH_INFO"])
    except ValueError as wrong:
        status, body = "404 Not Found", f"{wrong}\n".encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]
