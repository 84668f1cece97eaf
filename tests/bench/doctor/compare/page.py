"""The raw figures as a page of Markdown tables."""

from __future__ import annotations

from math import nan
from typing import Any

KINDS = {
    "holds": ("hold_",),
    "stalls": ("stall_", "flood_", "pause_"),
    "lines": ("line_", "limit_"),
    "losses": ("forget_",),
}
"""What the columns are called, and how the names of their programs begin."""
AT_COST = ("step", "task", "request")


def page(raw: dict[str, Any]) -> str:
    """Write, for each loop and Python, who catches what, the programs one by one, and the costs."""
    parts = [_runs(setting, run) for setting, run in raw.items()]
    return "\n".join([INTRODUCTION, *parts])


def _runs(setting: str, run: dict[str, Any]) -> str:
    lines = [f"## {setting}", ""]
    if corpus := run.get("corpus"):
        lines += [*_summary(corpus), "", *_programs(corpus), ""]
    if costs := run.get("costs"):
        lines += [*_costs(costs), ""]
    return "\n".join(lines)


def _summary(corpus: dict[str, Any]) -> list[str]:
    heads = [f"{kind} caught | with line" for kind in KINDS]
    lines = [
        f"| tool | {' | '.join(heads)} | alarms | error, ms |",
        f"| --- {'| ---: ' * (2 * len(KINDS) + 2)}|",
    ]
    for tool, judged in corpus.items():
        cells = []
        for kind in KINDS.values():
            of_kind = [judgement for name, judgement in judged.items() if name.startswith(kind)]
            caught = sum(judgement["caught"] for judgement in of_kind)
            right = sum(judgement["caught"] and judgement["line"] for judgement in of_kind)
            cells += [f"{caught} of {len(of_kind)}", str(right)]
        alarms = [
            judgement["caught"] for name, judgement in judged.items() if name.startswith("healthy")
        ]
        off = [
            abs(judgement["off_ms"])
            for name, judgement in judged.items()
            if judgement["off_ms"] is not None and name.startswith("hold_")
        ]
        worst = f"{max(off):.2f}" if off else "-"
        lines.append(f"| {tool} | {' | '.join(cells)} | {sum(alarms)} of {len(alarms)} | {worst} |")
    return lines


def _programs(corpus: dict[str, Any]) -> list[str]:
    tools = list(corpus)
    lines = [
        f"| program | {' | '.join(tools)} |",
        f"| --- {'| :---: ' * len(tools)}|",
    ]
    for name in next(iter(corpus.values())):
        marks = [_mark(corpus[tool][name]) for tool in tools]
        lines.append(f"| {name} | {' | '.join(marks)} |")
    return [*lines, "", "*line*: caught, with its line; *yes*: caught; -: nothing was said."]


def _mark(judgement: dict[str, Any]) -> str:
    if not judgement["caught"]:
        return "-"
    return "line" if judgement["line"] else "yes"


def _costs(rounds: list[dict[str, dict[str, float]]]) -> list[str]:
    def least(tool: str, act: str) -> float:
        return min((costs[tool][act] for costs in rounds if act in costs[tool]), default=nan)

    bare = [f"{least('bare', act) / 1e3:.2f}" for act in AT_COST]
    lines = [
        f"Cost over the bare loop: of the least of {len(rounds)} rounds [of each round alone]:",
        "",
        "| tool | a step | a task | an HTTP request |",
        "| --- | ---: | ---: | ---: |",
        f"| bare, µs | {' | '.join(bare)} |",
    ]
    for tool in rounds[0]:
        if tool == "bare":
            continue
        cells = []
        for act in AT_COST:
            ratio = 100 * (least(tool, act) / least("bare", act) - 1)
            each = [
                100 * (costs[tool][act] / costs["bare"][act] - 1)
                for costs in rounds
                if act in costs[tool]
            ]
            ends = f" [{min(each):+.0f}, {max(each):+.0f}]" if each else ""
            cells.append(f"{ratio:+.0f} %{ends}")
        lines.append(f"| {tool} | {' | '.join(cells)} |")
    return lines


INTRODUCTION = """\
# The doctor against other tools

Programs of [`tests/bench/doctor/corpus`](../../../tests/bench/doctor/corpus): ways to hold the
event loop for 100 ms; stalls that no step of the loop is to blame for (another thread's GIL, a
collection, a flood of short steps); lines before a pool that is full, and limits that a hold makes
run out; ways to forget an await or to lose a task; and healthy ones. Each tool sees each program in
a process of its own, with a threshold of 50 ms where it has one; what it says is searched for the
line that is marked as the fault; of a collection no line is right. *Python itself* is what Python
warns of and asyncio logs without any tool; *debug mode* is asyncio's. `sys.monitoring` is a
prototype that times each coroutine's stretches; its costs are there to compare.

`hold_operator` is arithmetic without a call in it: Python lets no other thread look before it is
over. There the doctor takes the line from a signal of the system's profiling timer, which is set
off anew at every look and so comes only when none was to be had. `hold_fsync` waits for the disk
hundreds of times, and after each of them a little for a core: together that may be most of it. The
doctor counts it as waiting, and not as a machine that is too full.

A hold error is what a tool says less what the program measured around the fault itself. Those of
the doctor are of a machine with nothing else to do. On a crowded one Python's lock and the cores
change hands late between the two: errors grow to many milliseconds, and the loop is held for them.

Costs of a step (`asyncio.sleep(0)`), a task and an aiohttp GET to a bare server on this machine.
The doctor does not use `sys.monitoring`, though it could from Python 3.12 on: timing where a loop
runs its callbacks costs less for each step and task, sees plain callbacks too, and is the same
on 3.11.

The tables of Python 3.13 are of the first 29 programs. All costs are of the doctor before it
watched limits and child processes; with these a request on 3.11 cost 5 % [5, 6] more, on a busy
machine.

Made by `python -m tests.bench.doctor.compare --page FILE -o FILE.json`, in an environment that has
the other tools too; `--loops`, `--tools`, `--rounds` and `-k` make a part of it, `--from` adds to a
file. `figures.json` has the raw figures.
"""
