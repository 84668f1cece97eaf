#!/bin/sh
# Guess: a request that `asyncio.timeout` cuts off, or whose task is cancelled, is given up: the server sees
#   the connection close, as with httpx2.
# Seen: the caller gets TimeoutError or CancelledError at once, but the request goes on below until it is
#   answered: the server still does the work, and what is in flight is more than what the caller awaits.
#   The client's own timeout does close it, and is a ConnectTimeoutError though the connection stood.
# Version: pyreqwest 0.15.1, httpx2 2.16.2. Source: the run; in the code `src/client/internal/spawner.rs`
#   hands a CancelHandle on, so the opposite is meant.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'pyreqwest==0.15.1' 'httpx2==2.16.2'
cat >look.py <<'END'
import asyncio
import sys
from datetime import timedelta
from importlib.metadata import version

import httpx2
from pyreqwest.client import ClientBuilder

seen = []


async def serve(reader, writer):
    """Answer after three seconds, unless the client goes away before."""
    await reader.readuntil(b"\r\n\r\n")
    try:
        await asyncio.wait_for(reader.read(1), 3)
        seen.append("closed")
    except TimeoutError:
        seen.append("answered")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


async def cut_off(what, send):
    """What the caller got and what the server saw."""
    error = None
    try:
        async with asyncio.timeout(1):
            await send()
    except Exception as raised:
        error = type(raised).__name__
    async with asyncio.timeout(10):
        while not seen:
            await asyncio.sleep(0.05)
    print(f"{what}: the caller got {error}, the server: {seen[0]}")
    return error, seen.pop()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with httpx2.AsyncClient(trust_env=False) as client:
        usual = await cut_off("httpx2", lambda: client.get(url))
    async with ClientBuilder().build() as client:
        outside = await cut_off("pyreqwest", lambda: client.get(url).build().send())
    async with ClientBuilder().timeout(timedelta(seconds=0.4)).build() as client:
        own = await cut_off("pyreqwest, own timeout", lambda: client.get(url).build().send())
    server.close()
    return usual, outside, own


print("pyreqwest", version("pyreqwest"), "httpx2", version("httpx2"))
expected = ("TimeoutError", "closed"), ("TimeoutError", "answered"), ("ConnectTimeoutError", "closed")
if asyncio.run(main()) != expected:
    sys.exit("changed")
END
python look.py
