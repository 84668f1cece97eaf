"""One launch on a machine, in a process of its own: `python -m waitbench.machines.launch FOLDER`.

The folder holds the order and gets the answer. Who started it holds its standard input: where that
ends, the launch ends too, so that nothing is left of a machine's worker that was killed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

from waitbench.machines import agree, clean_environment, identity
from waitbench.machines.order import Answer, Order, written
from waitbench.system import environment

ORDER, ANSWER = "order", "answer.json"
PATIENCE_S = 4.0
"""An orderly end may take so long; then the process ends as it is."""


def main(folder: Path) -> None:
    """Carry out the order in a folder; its answer is created, never written over."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    order = Order.unpacked((folder / ORDER).read_bytes())
    answer = carried_out(order)
    part = folder / f".{ANSWER}"
    part.write_text(written(answer), encoding="utf-8")
    os.link(part, folder / ANSWER)  # refused where there is one


def carried_out(order: Order) -> Answer:
    """Race the launch of an order, unless this machine is another than it must be."""
    here = environment.describe()
    if different := agree.difference(here, order.environment):
        return Answer(refused=different)
    if order.suite:
        race = import_module(order.suite).conduct(order.lineup, order.settings, _silent)
    else:
        from waitbench.race.conductor import conduct

        race = conduct(order.lineup, order.settings, _silent)
    facts = {**here, **environment.afterwards(), "variables": clean_environment.recorded()}
    return Answer(race=race, machine=identity.anonymous(order.settings.seed), environment=facts)


def _silent(_event: object) -> None:
    """Watch nothing: whoever ordered the launch hears of it when it is over."""


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_S)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
