"""What `precision` prints: a line a timer, how much closer than asyncio.sleep, the goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.calibration._lateness import CONTROL, GOALS, LIMIT, MS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from waitbench.calibration._lateness import Precision


def lines(rows: Sequence[Precision]) -> Iterator[str]:
    """Write the table, and what it says about the goals."""
    yield "injection error (answer handed over - arrival - asked), ms"
    yield (
        f"{'timer':9} {'loop':8} {'in flight':>9} {'req/s':>6} {'n':>7} {'p50':>7} {'p90':>7}"
        f" {'p99':>7} {'max':>7} {'quietest p50':>12} {'p99':>7} {'early':>6} {'|p50|':>7}"
        f" {'client p50':>10} {'bad':>4}"
    )
    for row in rows:
        quantiles = "".join(f" {row.quantile_ns(s) / MS:7.3f}" for s in (0.5, 0.9, 0.99, 1))
        client_ns = sorted(row.seen_ns)[len(row.seen_ns) // 2] if row.seen_ns else 0
        p50_ns, p99_ns = row.quietest
        yield (
            f"{row.timer:9} {row.loop:8} {row.load.in_flight:9} {row.load.rate:6}"
            f" {row.counts.total():7}{quantiles} {p50_ns / MS:12.3f} {p99_ns / MS:7.3f}"
            f" {row.early:6}"
            f" {row.quantile_ns(0.5, absolute=True) / MS:7.3f} {client_ns / MS:10.3f}"
            f" {row.errors:4}"
        )
    yield from _closer(rows)
    yield from _goals(rows)
    for row in rows:
        if row.drift_ns is not None:
            first, last = (ns / MS for ns in row.drift_ns)
            yield (
                f"one stream of 10,000 pieces on {row.loop}, a piece every 0.2 ms: the first"
                f" thousand {first:.3f} ms late in the middle, the last {last:.3f}"
            )


def _closer(rows: Sequence[Precision]) -> Iterator[str]:
    """Compare each timer with the control on the same loop and load: how many times closer."""
    controls = {(row.loop, row.load): row for row in rows if row.timer == CONTROL}
    for row in rows:
        control = controls.get((row.loop, row.load))
        if control is None or row is control or row.timer == LIMIT:
            continue
        own_ns = row.quantile_ns(0.5, absolute=True)
        times = control.quantile_ns(0.5, absolute=True) / max(own_ns, 1)
        yield (
            f"{row.timer} on {row.loop} at {row.load.in_flight} in flight: the middle answer is"
            f" {times:.1f} times closer than with asyncio.sleep"
        )


def _goals(rows: Sequence[Precision]) -> Iterator[str]:
    """Hold the quietest block of each row against its goal, and against the bare thread."""
    limits = {row.load: row for row in rows if row.timer == LIMIT}
    for row in rows:
        goal, limit = GOALS.get((row.timer, row.load)), limits.get(row.load)
        if goal is None:
            continue
        p50_ns, p99_ns = row.quietest
        line = (
            f"{row.timer} on {row.loop} at {row.load.latency_ms} ms, {row.load.rate}/s, quietest"
            f" block: p50 {p50_ns / MS:.3f} ms (goal {goal.p50_ns / MS:g}),"
            f" p99 {p99_ns / MS:.3f} ms (goal {goal.p99_ns / MS:g})"
        )
        if goal.times_thread and limit is not None:
            times = p99_ns / max(limit.quietest[1], 1)
            line += f", {times:.2f} times the bare thread's (goal {goal.times_thread:g})"
        yield line
