"""Small programs: ways to hold the loop, ways to lose a coroutine or a task, and healthy ones.

Each has `async def main()`. Lines that end in `# fault` are those to be found; a program that holds
the loop prints for how long, as it measured it itself. In `stall_…` another thread keeps the GIL,
in `flood_…` short steps stand in line, in `line_…` calls do, for a thread or a connection; in
`limit_…` a hold makes limits run out; in `pause_…` garbage is collected, which is no line's fault.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
HOLDS, STALLS, FLOODS, PAUSES, LINES, LIMITS, LOSSES, HEALTHY = (
    sorted(path.stem for path in FOLDER.glob(f"{kind}_*.py"))
    for kind in ("hold", "stall", "flood", "pause", "line", "limit", "forget", "healthy")
)


def faults(name: str) -> set[int]:
    """Return the lines that are at fault."""
    lines = (FOLDER / f"{name}.py").read_text().splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# fault")}
