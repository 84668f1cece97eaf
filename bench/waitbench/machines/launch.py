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
from pathlib import Path

from waitbench.machines.order import unpacked
from waitbench.services import processes

ORDER, ANSWER = "order", "answer.json"
PATIENCE_S = 4.0
"""An orderly end may take so long; then the process ends as it is."""


def main(folder: Path) -> None:
    """Carry out the order in a folder; its answer is created, never written over."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    text = unpacked((folder / ORDER).read_bytes()).carried_out()
    part = folder / f".{ANSWER}"
    part.write_text(text, encoding="utf-8")
    os.link(part, folder / ANSWER)  # refused where there is one


def _end_with_parent() -> None:
    processes.wait_for_end_of_input()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_S)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
