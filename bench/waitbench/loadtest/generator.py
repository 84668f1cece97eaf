"""The load generator, a process of its own: carries out one step at a time, told over a pipe.

`python -m waitbench.loadtest.generator load` greets like a worker of a race, then reads one JSON
object a line and answers each with one:

    {"op": "open", "port": …, "path": "/wait/20000000", "expect": "…", "rate": 50.0,
     "arrivals": "poisson", "for_ns": …, "seed": "…", "level_ns": …, "probe": true, …}
    {"op": "closed", "port": …, "path": …, "expect": …, "users": 50, "for_ns": …}

An open load plans every request beforehand and sends it when it is due, whether or not the others
were answered: its latency counts from the planned time, so a server that stands still is charged
for all that would have come meanwhile (Schroeder, Wierman, Harchol-Balter, NSDI 2006). Nothing is
filled in. The end of its input is its end.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from typing import Any

from waitbench.loadtest.closed_load import Closed
from waitbench.loadtest.open_load import Open
from waitbench.loadtest.order import Order
from waitbench.race.worker import PROTOCOL, commands, listening
from waitbench.system.open_files import raise_limit


def loop_factory() -> asyncio.AbstractEventLoop:
    """Take the leanest loop there is: what the generator saves, the server can have."""
    try:
        import uvloop
    except ModuleNotFoundError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def answer(runner: asyncio.Runner, command: dict[str, Any]) -> dict[str, Any]:
    """Carry out one step; whatever goes wrong becomes a sentence."""
    kind = Open if command.pop("op") == "open" else Closed
    gc.collect()
    gc.disable()
    try:
        return runner.run(kind(Order(**command)).run()).form
    except Exception as error:  # noqa: BLE001 - the step's row says what it was
        return {"failure": f"the load generator raised {type(error).__name__}: {error}"}
    finally:
        gc.enable()


def main() -> None:
    """Greet, then carry out steps until there are no more."""
    raise_limit()
    # The thread that sends on time needs the lock soon, not after the usual 5 ms.
    sys.setswitchinterval(0.0005)
    with (
        os.fdopen(os.dup(1), "w", encoding="utf-8") as answers,
        asyncio.Runner(loop_factory=loop_factory) as runner,
    ):
        os.dup2(2, 1)

        def say(message: dict[str, Any]) -> None:
            answers.write(json.dumps(message) + "\n")
            answers.flush()

        say({"hello": PROTOCOL, "pid": os.getpid()})
        for command in commands(listening()):
            say(answer(runner, command))


if __name__ == "__main__":
    main()
