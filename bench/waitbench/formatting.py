"""Numbers and small words as people read them: the one place where units meet digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

UNITS = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"), (1, "ns"))
BYTES = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"), (1, "B"))
SCALES = {"ns": UNITS, "bytes": BYTES}
"""Units that are written in a fitting larger one, as names and findings say them."""
MODULES = ("asyncio", "uvloop", "multiprocessing")
"""Names that are written small, also where a sentence begins."""
DIGITS = 3
"""Significant digits: what three launches can carry."""

TASKS = {
    "http": ("request", "requests"),
    "stream": ("stream", "streams"),
    "compute": ("calculation", "calculations"),
    "digest": ("digest", "digests"),
    "sleep": ("wait", "waits"),
    "image": ("picture", "pictures"),
    "file": ("file", "files"),
    "forgotten": ("program", "programs"),
    "first_run": ("coroutine", "coroutines"),
    "checksum": ("checksum", "checksums"),
    "sqlite": ("query", "queries"),
    "postgres": ("query", "queries"),
    "redis": ("command", "commands"),
    "pytest-benchmark": ("call", "calls"),
}


A_WHILE_S = 90
"""A time from which it is told in minutes."""


def number(figure: float) -> str:
    """Write a figure with three significant digits (two below 1): 52.1, 1,605, 0.012."""
    if figure == 0:
        return "0"
    size = 1 - _zeros(abs(figure))
    if abs(figure) >= 1:  # as it is once rounded: 9.996 is 10.0
        size = int(f"{abs(figure):.{DIGITS - 1}e}".partition("e")[2]) + 1
    return f"{figure:,.{max(DIGITS - size, 0)}f}"


def scale(walls_ns: Iterable[float]) -> tuple[int, str]:
    """Choose one unit for a column: the largest in which its smallest figure is 1 or more."""
    least = min((wall for wall in walls_ns if wall > 0), default=1_000_000)
    return next(((per, unit) for per, unit in UNITS if least >= per), UNITS[-1])


def duration(wall_ns: float) -> str:
    """Write nanoseconds in a fitting unit: 52.1 ms; whole figures stay whole: 50 ms."""
    per, unit = scale([wall_ns])
    text = number(wall_ns / per)
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}"


def times(ratio: float) -> str:
    """Write a ratio as a bare number: 28.4, 1.02, 0.97, 1,250, 0.015."""
    return f"{ratio:.2f}" if 0.095 <= ratio < 9.995 else number(ratio)  # noqa: PLR2004  .2f's range


def fitting(figures: Iterable[float], unit: str) -> tuple[int, str]:
    """Choose one unit for figures given in `ns` or `bytes`: that of the largest of them.

    Of an interval or a few figures side by side the largest is what is read first; `scale` is for
    columns, in which each figure counts.
    """
    most = max((abs(figure) for figure in figures), default=0.0)
    scales = SCALES[unit]
    return next(((per, name) for per, name in scales if most >= per), scales[-1])


def quantity(name: str, figures: Iterable[float]) -> tuple[str, str, float]:
    """Read the name of a figure: its words, the unit for a column of it, and what one of that is.

    `standstill_ns` is a standstill in ms (1e6 ns), `most_at_once` a plain count, `loss_share` a
    loss in per cent.
    """
    stem, _, last = name.rpartition("_")
    words = stem.replace("_", " ")
    if stem and last in SCALES:
        per, unit = fitting(figures, last)
        return words, unit, per
    if stem and last == "share":
        return words, "%", 0.01
    return name.replace("_", " "), "", 1


def effect(value: float, ends: tuple[float, float] | None, unit: str) -> str:
    """Write what a finding turns on, with its interval and its noun.

    As 9.75 [9.70, 9.79] times as fast, 0.065 times the speed, 2.1 times the CPU, 12.3 ms.
    """
    per, name = 1.0, unit
    write: Callable[[float], str] = number
    if unit in SCALES:
        per, name = fitting([value], unit)  # the figure is read before its interval
    elif unit == "share":
        per, name = 0.01, "%"
    elif unit == "times":
        write, name = times, "times as fast" if value >= 1 else "times the speed"
    elif unit.startswith("times "):
        write = times
    elif unit == "at once":
        write = at_once
    low_high = f" [{write(ends[0] / per)}, {write(ends[1] / per)}]" if ends else ""
    return f"{write(value / per)}{low_high} {name}".rstrip()


def begun(text: str) -> str:
    """Begin a sentence with a capital, but for the name of a module: asyncio stays asyncio."""
    return text if text.startswith(MODULES) else f"{text[:1].upper()}{text[1:]}"


def shortened(text: str, most: int) -> str:
    """Cut a text to so many signs, at the end of a clause or else of a word."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    clause = max(cut.rfind(mark) for mark in ("; ", ": ", ", ", " ("))
    return f"{cut[: clause if clause > most // 2 else cut.rfind(' ')].rstrip(' ,;:(')} …"


def ratio(value: float, interval: tuple[float, float] | None) -> str:
    """Write a ratio with its interval, where it has one: 1.89 [1.84, 1.94]."""
    return f"{times(value)} {between(*interval)}" if interval else times(value)


def between(low: float, high: float) -> str:
    """Write an interval of ratios: [27.9, 28.9]."""
    return f"[{times(low)}, {times(high)}]"


def at_once(many: float) -> str:
    """Write how many tasks at once: 64, 1,200; below ten with a decimal, 2.5."""
    return f"{many:,.0f}" if many >= 9.95 else f"{many:.1f}"  # noqa: PLR2004  where .1f ends


def crossover(value: float, low: float | None, high: float | None) -> str:
    """Write C* with its interval, where it has one: 64 [58, 71]."""
    ends = "" if low is None or high is None else f" [{at_once(low)}, {at_once(high)}]"
    return f"{at_once(value)}{ends}"


def percent(share: float) -> str:
    """Write a share as a percentage: 6 %, 0.4 %, under 0.1 %."""
    figure = share * 100
    if 0 < abs(figure) < 0.05:  # noqa: PLR2004  what .1f would write as nothing
        return "under 0.1 %"
    return f"{figure:.0f} %" if abs(figure) >= 1 or figure == 0 else f"{figure:.1f} %"


def size(figure: float) -> str:
    """Write bytes in megabytes, or from a gigabyte on in those: 43.0 MB, 8.00 GB."""
    return f"{number(figure / 1e6)} MB" if figure < 1e9 else f"{number(figure / 1e9)} GB"  # noqa: PLR2004  a gigabyte


def count(many: int, singular: str, plural: str | None = None) -> str:
    """Write how many there are of something: 1 launch, 3 launches."""
    return f"{many:,} {singular if many == 1 else plural or singular + 's'}"


def more(many: int, over: str) -> str:
    """Write how many more units an undecided comparison wants: about 2 more launches."""
    singular = {
        "machines": "machine",
        "launches": "launch",
        "blocks": "block",
        "rounds": "round",
    }[over]
    return f"about {many:,} more {singular if many == 1 else over}"


def listing(names: Sequence[str], word: str = "and") -> str:
    """Join names as a sentence does: a; a and b; a, b and c."""
    if len(names) < 2:  # noqa: PLR2004  two make a list
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def shortlist(names: Sequence[str], most: int) -> list[str]:
    """Return the first names, and in the place of the others how many there are: 2 more."""
    more = len(names) - most
    return [*names[:most], f"{more} more"] if more > 0 else list(names)


def about(seconds: float) -> str:
    """Write how long something takes: about 40 s, about 2 minutes."""
    long = f"{seconds / 60:.0f} minutes" if seconds >= A_WHILE_S else f"{seconds:.0f} s"
    return f"about {long}"


def work(workload: str, tasks: int, waits_ns: float) -> str:
    """Write what a round was: 32 requests of 50 ms; 8 calculations."""
    singular, plural = TASKS.get(workload, ("task", "tasks"))
    return count(tasks, singular, plural) + (f" of {duration(waits_ns)}" if waits_ns > 0 else "")


def _zeros(figure: float) -> int:
    """Count the zeros between the point and the first digit."""
    places = 0
    while figure < 0.1 and places < 12:  # noqa: PLR2004  the first decimal; a nanosecond's worth
        figure, places = figure * 10, places + 1
    return places
