"""Makes the table: `python -m tests.bench.doctor.compare [--loops …] [--rounds N] [-o FILE]`."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.doctor.compare.page import page
from tests.bench.doctor.compare.tools import available
from tests.bench.doctor.corpus import (
    FLOODS,
    HEALTHY,
    HOLDS,
    LIMITS,
    LINES,
    LOSSES,
    PAUSES,
    STALLS,
    faults,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[4]
SERVER = """
from aiohttp import web
async def answer(request): return web.Response(text="yes")
async def main():
    app = web.Application(); app.router.add_get("/", answer)
    runner = web.AppRunner(app); await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()
import asyncio
asyncio.run(main())
"""
LONGEST_S = 30
ATTEMPTS = 2
"""A program that a crowded machine hid is run once more."""


def main() -> None:
    """Run what was asked for, and write or print the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loops", default="asyncio,uvloop")
    parser.add_argument("--rounds", type=int, default=5, help="of the costs; 0 leaves them out")
    parser.add_argument("--no-corpus", action="store_true", help="the costs alone")
    parser.add_argument("--tools", default=",".join(available()))
    parser.add_argument("-k", default="", help="only programs whose name contains this")
    parser.add_argument("--from", dest="add", metavar="FILE", help="add to what FILE holds")
    parser.add_argument("-o", "--output", metavar="FILE", help="keep the raw figures as JSON")
    parser.add_argument("--page", metavar="FILE", help="write the tables, in Markdown")
    asked = parser.parse_args()
    raw: dict[str, Any] = json.loads(Path(asked.add).read_text()) if asked.add else {}
    for loop in asked.loops.split(","):
        key = f"{loop}, Python {sys.version_info[0]}.{sys.version_info[1]}"
        setting = raw.setdefault(key, {})
        if not asked.no_corpus:
            tools = [tool for tool in asked.tools.split(",") if tool != "sys.monitoring"]
            judged = {tool: _corpus(tool, loop, asked.k) for tool in tools}
            setting["corpus"] = {**setting.get("corpus", {}), **judged}
        if asked.rounds:
            setting["costs"] = _costs(loop, asked.rounds, asked.tools.split(","))
    if asked.output:
        Path(asked.output).write_text(json.dumps(raw, indent=1) + "\n")
    if asked.page:
        Path(asked.page).write_text(page(raw))
    else:
        print(page(raw))


def _corpus(tool: str, loop: str, wanted: str) -> dict[str, Any]:
    kinds = (HOLDS, STALLS, FLOODS, PAUSES, LINES, LIMITS, LOSSES, HEALTHY)
    names = [name for kind in kinds for name in kind if wanted in name]
    judged = {}
    for name in names:
        for _ in range(ATTEMPTS):
            judged[name] = _judged(name, *_one(tool, name, loop))
            if judged[name]["caught"] != name.startswith("healthy"):
                break
    print(tool, loop, sum(judgement["caught"] for judgement in judged.values()), file=sys.stderr)
    return judged


def _judged(name: str, output: dict[str, Any], printed: str) -> dict[str, Any]:
    """Return whether a fault was reported, whether with its line, and how far off the time is.

    Every message is searched for the file's name and a line of the fault, however it is written:
    `file.py:12`, `file.py", line 12`, `file.py', line=12`. Where none is at fault, none is right.
    """
    text = "\n".join(output["told"])
    numbers = {
        int(number) for number in re.findall(rf"{name}\.py\W+(?:line\W+|lineno\W+)?(\d+)", text)
    }
    truth = re.search(r"^held (\d+)$", printed, re.MULTILINE)
    off_ms = None
    if truth and output["held_ns"]:
        off_ms = (output["held_ns"] - int(truth[1])) / 1e6
    lines = faults(name)
    right = bool(numbers & lines) if lines else not numbers
    return {"caught": bool(text), "line": right, "off_ms": off_ms, "error": output["error"]}


def _one(*arguments: str) -> tuple[dict[str, Any], str]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.doctor.compare.one", *arguments],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
            env={**os.environ, "PYTHONWARNINGS": "ignore::DeprecationWarning"},
        )
    except subprocess.TimeoutExpired:
        return {"told": [], "held_ns": None, "error": "it did not end"}, ""
    printed, _, last = done.stdout.rstrip().rpartition("\n")
    try:
        return json.loads(last), printed
    except json.JSONDecodeError:
        return {"told": [], "held_ns": None, "error": done.stderr[-300:]}, done.stdout


def _costs(loop: str, rounds: int, tools: list[str]) -> list[dict[str, dict[str, float]]]:
    """Return for each round what each tool's step, task and request took, the bare loop's first."""
    measured = []
    with _server() as url:
        for number in range(rounds):
            order = ["bare", *tools]
            order = order[number % len(order) :] + order[: number % len(order)]
            measured.append({tool: _one(tool, "cost", loop, url)[0] for tool in order})
            print("round", number + 1, loop, file=sys.stderr)
    return measured


@contextmanager
def _server() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        try:
            yield f"http://127.0.0.1:{serving.stdout.readline().strip()}/"
        finally:
            serving.kill()


if __name__ == "__main__":
    main()
