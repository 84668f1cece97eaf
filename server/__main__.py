"""Runs the target: `python -m server --help`."""

from __future__ import annotations

import ipaddress
import json
import os
import sys
from collections.abc import Sequence

from server.options import OptionError, parse
from server.worker import Ready
from server.workers import serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return 0, or 2 after one line about what can not be done."""
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)

        def announce(url: str, ready: Ready) -> None:
            line = {
                "event": "ready",
                "url": url,
                "pid": os.getpid(),
                "workers": options.workers,
                "loop": ready.loop,
                "timer": ready.timer,
                "timer_resolution_ns": ready.timer_resolution_ns,
                "latency": str(options.defaults.latency),
                "seed": options.seed,
            }
            print(json.dumps(line), flush=True)
            if not _loopback(options.host):
                print(f"bound to {url}: anybody who reaches it can use it", file=sys.stderr)

        return serve(options, announce)
    except OptionError as error:
        print(f"server: {error}", file=sys.stderr)
    except OSError as error:
        where = f"{options.host}:{options.port}"
        print(f"server: {where} can not be bound: {error.strerror or error}", file=sys.stderr)
    except ModuleNotFoundError as error:
        print(f"server: {error.name} is not installed; use --loop asyncio", file=sys.stderr)
    return 2


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    sys.exit(main())
