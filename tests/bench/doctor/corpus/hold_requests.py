"""A request by a client that waits."""

import asyncio
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests


class Slow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        time.sleep(0.1)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


async def main() -> None:
    server = HTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    with requests.Session() as session:
        session.trust_env = False
        await asyncio.sleep(0.05)
        began_ns = time.perf_counter_ns()
        session.get(url, timeout=5)  # fault
        print("held", time.perf_counter_ns() - began_ns)
        await asyncio.sleep(0.05)
    await asyncio.to_thread(server.shutdown)
    server.server_close()
