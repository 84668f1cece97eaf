#!/bin/sh
# Guess: gunicorn's threaded worker serves several requests at once, and uvicorn's `--limit-concurrency 10` lets 10 in.
# Seen: gunicorn's gthread without `--threads` serves one at a time, as the sync worker does; uvicorn with a limit of
#   10 answers 9 of 20 requests that come together and refuses 11 with 503.
# Version: gunicorn 27.0.1, uvicorn 0.54.0. Source: the run; in the code gunicorn's setting `threads` is 1, and
#   uvicorn refuses from `len(connections) >= limit_concurrency` on, when the request's own connection is counted.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"; kill $server 2>/dev/null || :' EXIT
trap 'exit 1' HUP INT TERM
server=
cd "$room"
python3 -m venv venv
PATH=$room/venv/bin:$PATH
pip install -q 'gunicorn==27.0.1' 'uvicorn==0.54.0'
cat >app.py <<'END'
import asyncio
import time


def wsgi(environ, start_response):
    time.sleep(0.5)
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


async def asgi(scope, receive, send):
    if scope["type"] != "http":
        raise NotImplementedError
    await asyncio.sleep(0.5)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})
END
cat >ask.py <<'END'
import socket
import sys
import time

port, many = int(sys.argv[1]), int(sys.argv[2])


def connect():
    until = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=20)
        except OSError:
            assert time.monotonic() < until, "it does not come up"
            time.sleep(0.1)


connect().close()
time.sleep(0.3)  # that connection is forgotten
began = time.monotonic()
connections = []
for _ in range(many):  # each is there before the next one comes, and none is answered before the last
    connections.append(connect())
    connections[-1].sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    time.sleep(0.01)
statuses = [connection.recv(1000).split()[1] for connection in connections]
print(statuses.count(b"200"), round((time.monotonic() - began) / 0.5))
END
port=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
gunicorn --log-level error -k gthread -b "127.0.0.1:$port" app:wsgi & server=$!
gthread=$(python ask.py "$port" 5)
kill $server; wait $server || :
gunicorn --log-level error -k gthread --threads 5 -b "127.0.0.1:$port" app:wsgi & server=$!
told=$(python ask.py "$port" 5)
kill $server; wait $server || :
uvicorn --log-level error --limit-concurrency 10 --port "$port" app:asgi & server=$!
limited=$(python ask.py "$port" 20)
echo "gthread, 5 requests: answered, and in how many times 0.5 s: $gthread"
echo "gthread --threads 5: $told"
echo "uvicorn --limit-concurrency 10, 20 requests: answered: ${limited% *}"
[ "$gthread" = "5 5" ] && [ "$told" = "5 1" ] && [ "${limited% *}" = 9 ]
