"""How true load generators are: ours and others, against a target of known truth."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from waitbench.calibration import _generators
from waitbench.calibration._truths import (
    BARE_NAME,
    CROWD,
    EVEN,
    PERIOD_S,
    RANDOM,
    RATE,
    TRUTHS,
    USERS,
    WAIT_MS,
    measure,
    ours,
    true_p90_ms,
)
from waitbench.did_you_mean import instead
from waitbench.formatting import percent
from waitbench.parsing import Parser
from waitbench.presentation.columns import NOTHING, Column
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.calibration._truths import Report

FINE_MS = 100.0
"""Below it, hundredths of a millisecond are shown."""
P50_WITHIN_MS, P90_WITHIN = 0.3, 0.1
"""How near to the truth ours must come: at p50 of the constant, at p90 of the frozen one."""


def lines(reports: Sequence[Report]) -> list[str]:
    """Write the table: a row for each generator, a pair of columns for each truth."""
    names = list(dict.fromkeys(report.generator for report in reports))
    by = {(report.generator, report.truth): report.quantiles for report in reports}
    held = {
        report.generator: f"{report.held_ms:,.2f}"
        for report in reports
        if report.truth == "constant"
    }
    columns = [
        Column(head="generator", unit="", cells=tuple(names), left=True),
        Column(
            head="target's own", unit="ms", cells=tuple(held.get(name, NOTHING) for name in names)
        ),
    ]
    figures = {
        report.generator: (_count(report.quantiles.requests), _count(report.counted))
        for report in reports
        if report.truth == "constant"
    }
    columns += [
        Column(
            head=head,
            unit="",
            cells=tuple(figures.get(name, (NOTHING,) * 2)[side] for name in names),
        )
        for side, head in enumerate(("requests told", "target had"))
    ]
    for truth in TRUTHS:
        columns += [
            Column(
                head=f"{truth} {quantile}",
                unit="ms",
                cells=tuple(
                    _ms(getattr(by[name, truth], quantile)) if (name, truth) in by else NOTHING
                    for name in names
                ),
            )
            for quantile in ("p50", "p90", "p99")
        ]
    widths = [max(map(len, (column.head, *column.texts))) for column in columns]
    rows = [
        [column.head for column in columns],
        *zip(*(column.texts for column in columns), strict=True),
    ]
    return [
        "  ".join(
            cell.ljust(width) if column.left else cell.rjust(width)
            for column, cell, width in zip(columns, row, widths, strict=True)
        )
        for row in rows
    ]


def _count(requests: int | None) -> str:
    return NOTHING if requests is None else f"{requests:,}"


def _ms(figure: float) -> str:
    return f"{figure:,.2f}" if figure < FINE_MS else f"{figure:,.0f}"


def verdicts(reports: Sequence[Report]) -> list[tuple[bool, str]]:
    """Judge our open loads: whether each is as true as it must be, and by how much it is off.

    The truth of the constant one is what the target's own clock says it held a request, in that
    very run; the kernel's way there and back is in what a client sees, as a bare socket shows. The
    frozen target is judged with evenly spaced requests: chance alone puts p90 of a thousand
    random ones 50 ms to either side.
    """
    bare = next((report for report in reports if report.generator == BARE_NAME), None)
    judgements = []
    for report in reports:
        if report.truth == "constant" and report.generator in {EVEN, RANDOM, CROWD}:
            off = report.quantiles.p50 - report.held_ms
            good = abs(off) <= P50_WITHIN_MS
            text = f"p50 is {off:+.2f} ms off the target's own (aim: within {P50_WITHIN_MS:g} ms"
            text += f"; a bare socket: {bare.quantiles.p50 - bare.held_ms:+.2f})" if bare else ")"
        elif report.truth != "frozen" or report.generator not in {EVEN, CROWD}:
            continue
        else:
            off = report.quantiles.p90 / true_p90_ms() - 1
            good = abs(off) <= P90_WITHIN
            aim = percent(P90_WITHIN)
            text = f"p90 is {100 * off:+.1f} % off the truth (aim: within {aim})"
        judgements.append((good, f"{report.generator}, {report.truth}: {text}"))
    return judgements


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if ours is not as true as it must be."""
    parser = Parser(prog="waitbench calibrate load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one period of the frozen target")
    parser.add_argument(
        "--only", metavar="NAME", action="append", help="one generator: wrk, 'waitbench, closed' …"
    )
    options = parser.parse_args(argv)
    here = [*ours(), *_generators.installed()]
    for name in options.only or ():
        if name not in here:
            raise BenchError(f"there is no generator {name!r} here; {instead(name, here)}")
    seconds = {"constant": 2.0 if options.quick else 5.0, "frozen": PERIOD_S}
    if not options.quick:
        seconds["frozen"] *= 2
    reports: list[Report] = []
    for report in measure(seconds, options.only or ()):
        print(f"{report.generator}, {report.truth} …", file=sys.stderr)
        reports.append(report)
    print(
        f"truth: constant 50 ms; frozen for 1 s in every 5 s: p50 {WAIT_MS:g} ms, "
        f"p90 {true_p90_ms():.0f} ms. Open: {RATE:g} requests/s; closed: {USERS} users."
    )
    print("\n".join(lines(reports)))
    absent = [name for name in _generators.ALL if name not in here]
    if absent:
        print(f"not installed here: {', '.join(absent)}")
    judged = verdicts(reports)
    for _, text in judged:
        print(text)
    return int(not all(good for good, _ in judged))


if __name__ == "__main__":
    raise SystemExit(main())
