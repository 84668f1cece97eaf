"""A crawler of a small site of its own: polite by the wrong sleep, forgetful of what it read."""

import asyncio
import re
import time

import aiohttp
from aiohttp import web

PAGES = 24
LINK = re.compile(r'href="(/\d+)"')


async def page(request: web.Request) -> web.Response:
    number = int(request.path.strip("/") or 0)
    await asyncio.sleep(0.01)
    links = "".join(f'<a href="/{n}">' for n in (2 * number + 1, 2 * number + 2) if n < PAGES)
    return web.Response(text=f"<html>{number} {links}</html>", content_type="text/html")


class Crawler:
    def __init__(self, session: aiohttp.ClientSession, site: str) -> None:
        self.session, self.site = session, site
        self.waiting: asyncio.Queue[str] = asyncio.Queue()
        self.seen: set[str] = set()
        self.stored: dict[str, str] = {}

    async def store(self, path: str, text: str) -> None:
        await asyncio.sleep(0.001)
        self.stored[path] = text

    async def fetch(self, path: str) -> str:
        async with self.session.get(self.site + path) as response:
            return await response.text()

    async def work(self) -> None:
        while True:
            path = await self.waiting.get()
            text = await self.fetch(path)
            if len(self.seen) % 8 == 0:
                self.be_polite()
            self.store(path, text)  # fault: never awaited, so nothing is stored
            for link in LINK.findall(text):
                if link not in self.seen:
                    self.seen.add(link)
                    self.waiting.put_nowait(link)
            self.waiting.task_done()

    def be_polite(self) -> None:
        time.sleep(0.08)  # fault: every worker stands still


async def main() -> None:
    app = web.Application()
    app.router.add_get("/{number:.*}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session:
        crawler = Crawler(session, f"http://{host}:{port}")
        crawler.waiting.put_nowait("/0")
        workers = [asyncio.create_task(crawler.work()) for _ in range(4)]
        await crawler.waiting.join()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    await runner.cleanup()
    print(f"{len(crawler.seen) + 1} pages read, {len(crawler.stored)} stored")


if __name__ == "__main__":
    asyncio.run(main())
