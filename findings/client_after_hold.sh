#!/bin/sh
# Guess: what a held loop does to a request does not depend on the client: an answer that came within the limit is
#   taken, or it is not; and a POST on a kept connection that the server has closed meanwhile fails, or it does not.
# Seen: a request of 0.1 s, a limit of 0.5 s, a call that holds the loop for 1 s: aiohttp and niquests raise, httpx2,
#   pyreqwest and pyqwest return the answer. A kept connection that the server closes while the loop is held: the next
#   POST fails in aiohttp alone (GETs are sent again there, POSTs are not), all others open another connection.
# Version: aiohttp 3.14.5, niquests 3.21.2, httpx2 2.16.2, pyreqwest 0.15.1, pyqwest 0.12.0; CPython 3.11.7. Source: the
#   run; in the code `aiohttp/client.py` retries only methods of `IDEMPOTENT_METHODS`.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'aiohttp==3.14.5' 'niquests==3.21.2' 'httpx2==2.16.2' 'pyreqwest==0.15.1' 'pyqwest==0.12.0'
cat >look.py <<'END'
import asyncio
import os
import sys
import threading
import time
from datetime import timedelta

import aiohttp
import httpx2
import niquests
import pyqwest
from pyreqwest.client import ClientBuilder

os.environ["NO_PROXY"] = "127.0.0.1"
LIMIT = 0.5


async def serve(reader, writer):
    """Answer after 0.1 s, on a loop of its own that nobody holds; hang up 0.2 s after the path /close."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(0.1)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            if b" /close " in head:
                await asyncio.sleep(0.2)
                writer.close()
                return
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def server():
    loop = asyncio.new_event_loop()
    made = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return f"http://127.0.0.1:{made.sockets[0].getsockname()[1]}"


async def outcome(request):
    try:
        await request
    except Exception as raised:
        return f"raised {type(raised).__name__}"
    return "answered"


async def after_hold(what, ask, url):
    """What becomes of a request under way in a hold, and of a POST after the server closed in one."""
    await ask("GET", url)  # the connection is there
    request = asyncio.create_task(ask("GET", url))
    await asyncio.sleep(0.03)
    time.sleep(1)
    limited = await outcome(request)
    await ask("GET", f"{url}/close")
    time.sleep(0.5)
    posted = await outcome(ask("POST", url))
    print(f"{what}: limit: {limited}; POST: {posted}")
    return limited.partition(" ")[0], posted.partition(" ")[0]


async def main(url):
    seen = {}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LIMIT)) as session:

        async def ask(method, url):
            async with session.request(method, url) as response:
                await response.read()

        seen["aiohttp"] = await after_hold("aiohttp", ask, url)
    async with niquests.AsyncSession(timeout=LIMIT) as session:
        session.trust_env = False
        seen["niquests"] = await after_hold("niquests", session.request, url)
    async with httpx2.AsyncClient(trust_env=False, timeout=LIMIT) as client:
        seen["httpx2"] = await after_hold("httpx2", client.request, url)
    async with ClientBuilder().no_proxy().timeout(timedelta(seconds=LIMIT)).build() as client:

        async def ask(method, url):
            await client.request(method, url).build().send()

        seen["pyreqwest"] = await after_hold("pyreqwest", ask, url)
    async with pyqwest.HTTPTransport(timeout=LIMIT) as transport:
        seen["pyqwest"] = await after_hold("pyqwest", pyqwest.Client(transport).execute, url)
    return seen


expected = {"aiohttp": ("raised", "raised"), "niquests": ("raised", "answered")} | dict.fromkeys(
    ("httpx2", "pyreqwest", "pyqwest"), ("answered", "answered")
)
if asyncio.run(main(server())) != expected:
    sys.exit("changed")
END
python look.py
