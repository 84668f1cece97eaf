"""What a page of another site can do to a target on the reader's machine, in a real browser."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests import chromium
from tests.server.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(chromium.unavailable() is not None, reason=str(chromium.unavailable())),
]

EVERYWAY = """
async (target) => {
    const sent = (path, method) => fetch(target + path, {method, mode: "no-cors"}).catch(() => {});
    await sent("/reset?label=theirs", "POST");
    await sent("/?cpu=900ms", "GET");
    await sent("/?latency=20s", "POST");
    await new Promise((done) => {
        const image = new Image();
        image.onload = image.onerror = done;
        image.src = target + "/?cpu=900ms&image=1";
    });
    const frame = document.createElement("iframe");
    frame.name = "frame";
    document.body.append(frame);
    const form = document.createElement("form");
    form.method = "POST";
    form.target = "frame";
    form.action = target + "/reset?label=theirs";
    document.body.append(form);
    const loaded = new Promise((done) => { frame.onload = done; });
    form.submit();
    await loaded;
}
"""


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>a page</title><body>")

    def log_message(self, *args: object) -> None:
        del args


@contextmanager
def pages() -> Iterator[int]:
    """Serve an empty page on a free port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_neither_another_site_nor_its_name_for_this_machine_gets_anything_done() -> None:
    # Every name leads here, as a hostile DNS may have it.
    everything_here = "--host-resolver-rules=MAP * 127.0.0.1"
    with Target() as target, pages() as port, chromium.browser(everything_here) as browser:
        target.reset("mine")
        own = target.address[1]
        page = browser.new_page()
        page.goto(f"http://evil.test:{port}/")
        page.evaluate(EVERYWAY, target.url)
        foreign = target.stats()["foreign"]
        assert foreign >= 5
        rebound = page.goto(f"http://evil.test:{own}/?cpu=900ms")
        assert rebound is not None
        assert rebound.status == 403
        statuses = page.evaluate(
            """async () => [
                (await fetch("/reset?label=theirs", {method: "POST"})).status,
                (await fetch("/stats")).status,
                (await fetch("/?latency=20s")).status,
            ]"""
        )
        assert statuses == [403, 403, 403]
        stats = target.stats()
        assert (stats["label"], stats["requests"]) == ("mine", 0)
        assert stats["foreign"] >= foreign + 4
        mine = page.goto(f"{target.url}/stats")  # typed by hand, it is answered
        assert mine is not None
        assert mine.status == 200
