#!/bin/sh
# Guess: an asyncio client sends 64 GETs at once when 64 are awaited together, and a second such wave uses the
#   connections of the first one.
# Seen: niquests has 10 under way and queues the rest without a word; httpx2 sends all 64, keeps 20 of the
#   connections and opens 44 anew for each wave; aiohttp (100 at most), pyreqwest and pyqwest do as one thinks.
# Version: niquests 3.21.2, httpx2 2.16.2, aiohttp 3.14.5, pyreqwest 0.15.1, pyqwest 0.12.0. Source: the run; in the
#   code `DEFAULT_POOLSIZE` of `niquests/_constant.py` and `DEFAULT_LIMITS` of `httpx2/_config.py`.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'niquests==3.21.2' 'httpx2==2.16.2' 'aiohttp==3.14.5' 'pyreqwest==0.15.1' 'pyqwest==0.12.0'
cat >look.py <<'END'
import asyncio
import os
import sys

import aiohttp
import httpx2
import niquests
import pyqwest
from pyreqwest.client import ClientBuilder

os.environ["NO_PROXY"] = "127.0.0.1"
WAVE = 64
opened = under_way = most = 0


async def serve(reader, writer):
    """Count connections and the requests that are here at the same time."""
    global opened, under_way, most
    opened += 1
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.3)
            under_way -= 1
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def waves(what, get):
    """The most that were under way, and the connections that the second wave opened."""
    global opened, most
    await asyncio.gather(*(get() for _ in range(WAVE)))
    opened = most = 0
    await asyncio.gather(*(get() for _ in range(WAVE)))
    print(f"{what}: {most} under way, the second wave opened {opened}")
    return most, opened


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=200)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    seen = {}
    async with niquests.AsyncSession() as session:
        seen["niquests"] = await waves("niquests", lambda: session.get(url))
    async with httpx2.AsyncClient(trust_env=False) as client:
        seen["httpx2"] = await waves("httpx2", lambda: client.get(url))
    async with aiohttp.ClientSession() as session:

        async def get():
            async with session.get(url) as response:
                await response.read()

        seen["aiohttp"] = await waves("aiohttp", get)
    async with ClientBuilder().no_proxy().build() as client:
        seen["pyreqwest"] = await waves("pyreqwest", lambda: client.get(url).build().send())
    async with pyqwest.HTTPTransport() as transport:
        seen["pyqwest"] = await waves("pyqwest", lambda: pyqwest.Client(transport).get(url))
    return seen


expected = {"niquests": (10, 0), "httpx2": (64, 44)} | dict.fromkeys(
    ("aiohttp", "pyreqwest", "pyqwest"), (64, 0)
)
if asyncio.run(main()) != expected:
    sys.exit("changed")
END
python look.py
