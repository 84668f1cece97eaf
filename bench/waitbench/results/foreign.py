"""What other tools measured, as plain facts: benchmarks, what had to be left out, and where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SUITE = "pytest-benchmark"
"""What such rows count as: a suite that no claim leans on."""
SECOND_NS = 1e9
MOST = 1e18
"""Nanoseconds (thirty years), bytes or pieces: no benchmark has more, so such a figure is none."""
LEAST = 1e-9
"""Of the same units: less is a slip of the computer, and no figure."""
FEWEST_FOR_QUARTILES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignBenchmark:
    """One benchmark as another tool summed it up.

    Attributes:
        name: as its tool shows it.
        fullname: what it is told apart by, also between files: file, class and test.
        group: that it was put into; empty for none.
        value: the median of its rounds, in `unit`.
        unit: `ns`, `bytes`, or empty for a count.
        rounds: how many there were, each one value; 0 where the file does not say.
        calls: in a round, whose mean is its value; 0 where the file does not say.
        spread: first and third quartile of the rounds; None where the file does not tell.
        processes: values by process, where there were several; else empty.
        values: all rounds in their order, where the file has them.
        remarks: sentences on this benchmark, as on figures that contradict each other.
        least_rounds: whether its tool stopped at the fewest rounds that it was told to make.
    """

    name: str
    fullname: str
    value: float
    unit: str = "ns"
    group: str = ""
    rounds: int = 1
    calls: int = 1
    spread: tuple[float, float] | None = None
    processes: tuple[tuple[float, ...], ...] = ()
    values: tuple[float, ...] = ()
    remarks: tuple[str, ...] = ()
    least_rounds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedBenchmark:
    """One entry of a file of which no figure can be shown, and why."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ForeignRun:
    """One file of another tool, read; nothing that names a host is kept.

    Attributes:
        tool: what measured, `pytest-benchmark`.
        version: of that tool; empty where the file does not say.
        benchmarks: those that have a figure, in the order of the file.
        skipped: all others.
        environment: the machine and interpreter, under the names that a record of ours has.
        commit: that was measured; empty where the file does not say.
        dirty: whether the tree had changes beyond it.
        branch: that it was on.
        when: time of the measurement as the file has it, by ISO 8601.
    """

    tool: str
    version: str = ""
    benchmarks: tuple[ForeignBenchmark, ...] = ()
    skipped: tuple[SkippedBenchmark, ...] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)
    commit: str = ""
    dirty: bool = False
    branch: str = ""
    when: str = ""

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The benchmarks' names as a table has them: in full where two would be alike."""
        names = Counter(benchmark.name for benchmark in self.benchmarks)
        shown: Counter[str] = Counter()
        labels = []
        for benchmark in self.benchmarks:
            label = benchmark.name if names[benchmark.name] == 1 else benchmark.fullname
            shown[label] += 1
            labels.append(label if shown[label] == 1 else f"{label} ({shown[label]})")
        return tuple(labels)

    @cached_property
    def fullnames(self) -> tuple[str, ...]:
        """The benchmarks' full names, those that come again with their number."""
        seen: Counter[str] = Counter()
        names = []
        for benchmark in self.benchmarks:
            seen[benchmark.fullname] += 1
            again = seen[benchmark.fullname]
            names.append(benchmark.fullname if again == 1 else f"{benchmark.fullname} ({again})")
        return tuple(names)

    @property
    def measured_by(self) -> str:
        """The tool with its version."""
        return f"{self.tool} {self.version}".rstrip()

    @property
    def several_processes(self) -> bool:
        """Whether any benchmark ran in several processes."""
        return any(len(benchmark.processes) > 1 for benchmark in self.benchmarks)


def sorted_out(
    entries: Iterable[ForeignBenchmark | SkippedBenchmark],
) -> tuple[tuple[ForeignBenchmark, ...], tuple[SkippedBenchmark, ...]]:
    """Return benchmarks with a figure, and those without."""
    benchmarks, skipped = [], []
    for entry in entries:
        if isinstance(entry, SkippedBenchmark):
            skipped.append(entry)
        else:
            benchmarks.append(entry)
    return tuple(benchmarks), tuple(skipped)


def figure(value: object) -> float | None:
    """Return a finite number, and None for whatever else stands in its place."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def figures(values: object) -> tuple[float, ...]:
    """Return the numbers of a list; nothing where one of them is none."""
    if not isinstance(values, list):
        return ()
    numbers = [figure(value) for value in values]
    return tuple(number for number in numbers if number is not None) if all_there(numbers) else ()


def all_there(numbers: Sequence[float | None]) -> bool:
    """Check that no number is missing."""
    return all(number is not None for number in numbers)


def fault(value: object, what: str = "its median", *, per: float = SECOND_NS) -> str | None:
    """Return why a figure cannot be shown; None where it can.

    Args:
        value: as the file has it.
        what: the figure is.
        per: what it is multiplied by.
    """
    number = figure(value)
    if value is None:
        return f"{what} is missing or no number"
    if number is None:
        kinds = isinstance(value, int | float) and not isinstance(value, bool)
        return f"{what} is {'not finite' if kinds else 'no number'}"
    if number <= 0:
        return f"{what} is {'0' if number == 0 else 'below 0'}"
    if not LEAST <= number * per <= MOST:
        return f"{what} is too {'large' if number > 1 else 'small'} to be one ({number:.3g})"
    return None


def between(low: object, high: object, *, per: float = SECOND_NS) -> tuple[float, float] | None:
    """Return two quartiles, each multiplied by `per`; None where either cannot be one."""
    ends = [figure(low), figure(high)]
    scaled = [end * per for end in ends if end is not None and 0 <= end * per <= MOST]
    return (scaled[0], scaled[1]) if len(scaled) == len(ends) else None


def rounds_of(values: object, *, per: float = SECOND_NS) -> tuple[float, ...]:
    """Return all rounds, each multiplied by `per`; nothing where any of them cannot be one."""
    numbers = figures(values)
    return (
        ()
        if any(fault(number, per=per) for number in numbers)
        else tuple(number * per for number in numbers)
    )


def count(value: object, instead: int = 1) -> int:
    """Return a whole number above 0, or what stands for none."""
    number = figure(value)
    return int(number) if number is not None and 1 <= number <= MOST else instead


def text(value: object) -> str:
    """Return text that can be written anywhere: a sign in the place of half a character."""
    plain = value if isinstance(value, str) else "" if value is None else str(value)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object of the file, and an empty one for whatever else stands in its place."""
    return value if isinstance(value, dict) else {}


def entries(value: object) -> list[Any]:
    """Return a list of the file, and an empty one for whatever else stands in its place."""
    return value if isinstance(value, list) else []


def middle(values: Sequence[float]) -> tuple[float, tuple[float, float] | None]:
    """Return the median of rounds with their quartiles, where there are two rounds or more."""
    if len(values) < FEWEST_FOR_QUARTILES:
        return median(values), None
    low, centre, high = quantiles(values, n=4, method="inclusive")
    return centre, (low, high)


def warning(run: ForeignRun) -> dict[str, str]:
    """Return a warning on what such rows lack."""
    many = len(run.benchmarks)
    several = run.several_processes
    lack = "ratios or verdicts" if several else "fresh processes there are no ratios, intervals"
    alone = "without blocks there are no" if several else "without blocks and"
    return {
        "code": "foreign",
        "text": f"{many:,} benchmark{' was' if many == 1 else 's were'} timed by {run.tool} "
        f"alone: {alone} {lack}{'' if several else ' or verdicts'}",
        "advice": "`waitbench run` measures with them, `waitbench gate` benchmarks of your own",
    }
