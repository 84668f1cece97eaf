"""`python -m tests.proof.machines.gate`: a true 5 % slow-down, raced in four parts and merged.

Two benchmarks of the shop are made slower by 5 %, two are left alone. Each part poses as a machine
of its own, so that doubt is how far four machines lie apart: Student's t with 3 degrees of freedom.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.proof.gate import scratch
from tests.proof.gate.changes import Change
from tests.proof.gate.shop_benchmarks import BENCHMARKS
from tests.proof.gate.shop_code import SHOP
from waitbench.machines.identity import VARIABLE
from waitbench.system.checkout import import_path

SLOWED, LEFT_ALONE = ("total", "words"), ("build", "render")
PARTS = 4
CHANGE = Change(edits={f'"{name}": 100': f'"{name}": 105' for name in SLOWED})
RACED = [f"bench_{name}" for name in (*SLOWED, *LEFT_ALONE)]
SETTINGS = f"[tool.waitbench.gate]\nbenchmarks = {RACED}\n"
DECIDED = (0, 1, 3)
"""Statuses of a merge: all well, slower, nothing decided."""


def main() -> int:
    """Race the parts, merge them, print each verdict; 1 where one is not the truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=100, help="of all parts (100)")
    parser.add_argument("--seed", type=int, default=20261130)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        files = {"benchmarks.py": BENCHMARKS, "pyproject.toml": SETTINGS}
        scratch.made(Path(name) / "shop", files, ("src/shop.py", SHOP), {"change": CHANGE})
        for number in range(1, PARTS + 1):
            _part(Path(name), number, options.seconds, options.seed)
        merged = Path(name) / "merged.json"
        parts = [f"part-{number}.json" for number in range(1, PARTS + 1)]
        done = _waitbench(Path(name), "merge", *parts, "-o", str(merged))
        assert done.returncode in DECIDED, done.stderr
        results = json.loads(merged.read_text())["waitbench"]["gate"]["results"]
    right = True
    for result in results:
        bare = result["name"].removeprefix("bench_")
        true = "slower" if bare in SLOWED else "same"
        right = right and result["verdict"] == true
        print(
            f"{bare}: {result['verdict']} (in truth {true}), {_interval(result)}, "
            f"{result['pairs']} pairs"
        )
    print(done.stdout.strip().rpartition("\n\n")[2])
    return int(not right)


def _part(folder: Path, number: int, seconds: int, seed: int) -> None:
    words = f"gate --base base --head change --budget {seconds}s --seed {seed} --part"
    done = _waitbench(
        folder / "shop",
        *words.split(),
        f"{number}/{PARTS}",
        *("-o", str(folder / f"part-{number}.json")),
        machine=f"posed-{number}",
    )
    assert not done.returncode, done.stderr


def _waitbench(
    folder: Path, *words: str, machine: str = "posed"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "waitbench", *words],
        env={**os.environ, "PYTHONPATH": import_path(), VARIABLE: machine},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def _interval(result: dict[str, Any]) -> str:
    """Return how much more time head takes than base, with its interval of 99 %."""
    value, low, high = (100 * result[name] for name in ("change", "change_low", "change_high"))
    return f"{value:+.1f} % [{low:+.1f}, {high:+.1f}]"


if __name__ == "__main__":
    raise SystemExit(main())
