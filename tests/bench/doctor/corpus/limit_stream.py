"""Answers that come while another task holds the loop, and are thrown away by their limit."""

import asyncio
import time


async def ask(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(0.4):
            return await reader.readline()  # fault
    finally:
        writer.close()


async def report() -> None:
    await asyncio.sleep(0.1)
    began_ns = time.perf_counter_ns()
    time.sleep(0.6)
    print("held", time.perf_counter_ns() - began_ns)


SERVER = """
import socket, time
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
callers = [listening.accept()[0] for _ in range(3)]
time.sleep(0.2)
for caller in callers:
    caller.sendall(b"yes\\n")
time.sleep(1)
"""


async def main() -> None:
    server = await asyncio.create_subprocess_exec(
        "python3", "-c", SERVER, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout
    port = int(await server.stdout.readline())
    asks = asyncio.gather(*(ask(port) for _ in range(3)), return_exceptions=True)
    await report()
    assert all(isinstance(outcome, TimeoutError) for outcome in await asks)
    server.kill()
    await server.wait()
