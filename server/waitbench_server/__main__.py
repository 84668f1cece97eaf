"""Runs the target: `python -m waitbench_server --help`."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from waitbench_server.options import OptionError, parse, program
from waitbench_server.startup import StartError, keep_standard_files, step
from waitbench_server.visitors import is_loopback
from waitbench_server.workers import serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench_server.options import Options
    from waitbench_server.proxy.link import Wanted
    from waitbench_server.worker import Ready


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return 0, or 2 after one line about what can not be done."""
    keep_standard_files()
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)

        def announce(url: str, ready: Ready) -> None:
            line = {
                "event": "ready",
                "url": url,
                "pid": os.getpid(),
                "workers": options.workers,
                "engine": options.engine,
                "loop": ready.loop,
                "timer": ready.timer,
                "timer_resolution_ns": ready.timer_resolution_ns,
                "latency": str(options.defaults.latency),
                "seed": options.seed,
                **({"proxy": ready.proxy} if ready.proxy else {}),
            }
            with step("the line that says where it listens can not be written"):
                sys.stdout.write(json.dumps(line) + "\n")
                sys.stdout.flush()
            if not is_loopback(options.host):
                _say(
                    f"bound to {url}: anybody who reaches it can make it wait for them; its"
                    f" statistics and CPU time are for those who ask by {_names(options)}"
                )
            for link in options.links:
                _say_what_leaves(link)

        return serve(options, announce)
    except (OptionError, StartError) as error:
        _say(f"{program()}: {error}")
    except ModuleNotFoundError as error:
        _say(f"{program()}: {error.name} is not installed; use --loop asyncio")
    return 2


def _say_what_leaves(link: Wanted) -> None:
    """Say where a link reaches beyond this machine."""
    if not link.listen.stays_here:
        _say(f"{link.name} is bound to {link.listen}: whoever reaches it reaches {link.upstream}")
    if not link.upstream.stays_here:
        _say(f"{link.name} goes to {link.upstream}, beyond this machine")


def _say(line: str) -> None:
    # What was typed may hold signs that steer a terminal.
    signs = (sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)
    sys.stderr.write("".join(signs) + "\n")


def _names(options: Options) -> str:
    return ", ".join(["a loopback name", options.host, *options.allow])


if __name__ == "__main__":
    sys.exit(main())
