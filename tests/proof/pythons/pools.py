"""`python -m tests.proof.pythons.pools`: what a program's first and next pool of two take to start.

Under each interpreter and each way to start processes, in programs of their own; the median of
some, as a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from waitbench import formatting
from waitbench.pythons.builds import Build, choose

METHODS = ("fork", "forkserver", "spawn")
PROGRAMS = 5
PROGRAM = """
import json, multiprocessing, sys, time
from concurrent.futures import ProcessPoolExecutor

def start(context):
    began_ns = time.perf_counter_ns()
    with ProcessPoolExecutor(2, context) as pool:
        list(pool.map(abs, range(2)))
        return time.perf_counter_ns() - began_ns

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    walls_ns = [start(context) for _ in range(3)]
    print(json.dumps([multiprocessing.get_all_start_methods()[0], walls_ns[0], walls_ns[-1]]))
"""


def main() -> None:
    """Start pools under each interpreter that was named, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.pythons.pools")
    parser.add_argument("--python", default="3.11,3.13,3.14,3.15", metavar="A,B")
    builds = choose(parser.parse_args().python).builds
    print(f"| interpreter | its default | {' | '.join(METHODS)} |")
    print(f"|---|---|{'---|' * len(METHODS)}")
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "pools.py")
        program.write_text(PROGRAM, encoding="utf-8")
        for build in builds:
            cells = [_started(build, program, method) for method in METHODS]
            default = cells[0][0]
            texts = (
                f"{formatting.duration(first)}, then {formatting.duration(later)}"
                for _, first, later in cells
            )
            print(f"| {build.label} | {default} | {' | '.join(texts)} |", flush=True)


def _started(build: Build, program: Path, method: str) -> tuple[str, float, float]:
    """Return the interpreter's default, and what a first and a later pool took, in nanoseconds."""
    runs = []
    for _ in range(PROGRAMS):
        command = [build.interpreter.path, "-W", "ignore", str(program), method]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        runs.append(json.loads(done.stdout))
    return runs[0][0], median(run[1] for run in runs), median(run[2] for run in runs)


if __name__ == "__main__":
    main()
