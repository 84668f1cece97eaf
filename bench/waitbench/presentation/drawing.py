"""Specifications in, drawings out, made by a child process whose death costs the drawings alone.

The library that draws is a whole browser engine: where memory is short, or a specification is one
that it was not made for, it ends the process that it is in.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM = Path(__file__).with_name("drawing_process.py")
"""Run by its path: it needs nothing of ours."""
START_S, EACH_S = 180, 20
"""Longest wait, with a core that others want as well; a drawing takes about 0.1 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One drawing that is wanted.

    Attributes:
        form: what is drawn: `svg`, `png`, `pdf`, or the `script` that draws in a browser.
        spec: Vega-Lite, its colours painted; nothing for the script.
        scale: dots of a PNG per point.
    """

    form: str
    spec: Mapping[str, Any]
    scale: int = 1


def drawings(orders: Sequence[Order]) -> tuple[list[bytes | None], str]:
    """Return a drawing for each order, None where there is none, and a sentence that says why."""
    if not orders:
        return [], ""
    limit_s = START_S + EACH_S * len(orders)
    request = json.dumps({"limit_s": limit_s, "orders": [asdict(order) for order in orders]})
    answers, why = _answers(request, limit_s)
    made: list[bytes | None] = [None] * len(orders)
    for number, answer in enumerate(answers):
        if "drawing" in answer:
            made[number] = base64.b64decode(answer["drawing"])
        else:
            why = why or answer["fault"]
    missing = made.count(None)
    return made, f"{missing} of {len(orders)} drawings could not be made ({why})" * bool(missing)


def _answers(request: str, limit_s: float) -> tuple[list[dict[str, str]], str]:
    """Return what the child answered, an object for each order it came to, and how it ended."""
    command = [sys.executable, "-P", str(PROGRAM)]
    try:
        done = subprocess.run(
            command,
            input=request.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        return _read(slow.output or b""), f"it took longer than {limit_s:g} s"
    except (OSError, MemoryError) as refused:
        return [], f"no process could be started for them: {refused}"
    if done.returncode < 0:
        name = Signals(-done.returncode).name
        return _read(done.stdout), f"what draws them was ended by {name}, as where memory is short"
    why = f"what draws them ended with status {done.returncode}" if done.returncode else ""
    return _read(done.stdout), why


def _read(output: bytes) -> list[dict[str, str]]:
    """Return the whole lines of an output; it may have been broken off in one."""
    return [json.loads(line) for line in output.split(b"\n")[:-1]]
