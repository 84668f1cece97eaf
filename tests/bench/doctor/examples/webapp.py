"""A web application over SQLite under a little load: slow query, slow hash, unseen failure."""

import asyncio
import hashlib
import sqlite3

import aiohttp
from aiohttp import web

DATABASE = web.AppKey("database", sqlite3.Connection)
VISITS = 8_000


def filled() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("CREATE TABLE visit (visitor INTEGER, path TEXT)")
    rows = ((number % 997, f"/{number % 89}") for number in range(VISITS))
    database.executemany("INSERT INTO visit VALUES (?, ?)", rows)
    return database


async def report(request: web.Request) -> web.Response:
    query = """
        SELECT count(*) FROM visit a JOIN (SELECT DISTINCT path FROM visit) b
        ON a.path LIKE '%' || b.path || '%'
    """
    (count,) = request.app[DATABASE].execute(query).fetchone()  # fault: the loop waits for it
    return web.json_response({"visits": count})


async def login(request: web.Request) -> web.Response:
    name = request.query["name"]
    digest = hashlib.pbkdf2_hmac("sha256", name.encode(), b"salt", 500_000)  # fault: computes here
    asyncio.get_running_loop().create_task(audit(name))  # fault: fails unseen
    return web.Response(text=digest.hex())


async def audit(name: str) -> None:
    await asyncio.sleep(0.001)
    raise LookupError(f"no such user: {name}")


async def health(request: web.Request) -> web.Response:
    del request
    return web.Response(text="well")


async def main() -> None:
    app = web.Application()
    app[DATABASE] = filled()
    app.router.add_get("/report", report)
    app.router.add_get("/login", login)
    app.router.add_get("/health", health)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    asked = ["/report", "/login?name=ada", *["/health"] * 8] * 3

    async def get(path: str) -> int:
        async with session.get(f"http://{host}:{port}{path}") as response:
            await response.read()
            return response.status

    async with aiohttp.ClientSession() as session:
        answers = await asyncio.gather(*map(get, asked))
    await runner.cleanup()
    app[DATABASE].close()
    print(f"{answers.count(200)} of {len(asked)} requests answered")


if __name__ == "__main__":
    asyncio.run(main())
