"""A run of `waitbench run --python …` in a process and a folder of its own: file and seconds."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.results.load import load
from waitbench.services import processes
from waitbench.system import checkout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.results.load import Run

FILE = "run.json"


def run(folder: str, words: Sequence[str], pythons: str) -> tuple[Run, float]:
    """Run suites under interpreters; return what was measured and how long all of it took.

    Args:
        folder: where its file is written.
        words: suites and options.
        pythons: for `--python`.

    Raises:
        SystemExit: it failed; says how.
    """
    command = [sys.executable, "-P", "-m", "waitbench", "run", *words, "--python", pythons]
    began_s = time.perf_counter()
    done = subprocess.run(
        [*command, "--force", "-q", "-o", FILE],
        cwd=folder,
        env={**processes.environment(), "PYTHONPATH": checkout.import_path()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    took_s = time.perf_counter() - began_s
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise SystemExit(f"prove: the run ended with {done.returncode}: {last}")
    return load(Path(folder, FILE)), took_s
