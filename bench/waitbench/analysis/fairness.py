"""Records of one scenario in, sentences out: did all contestants ask the target for the same?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.results.validity import timed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from waitbench.results.record import ContestantRecord, RoundRecord

    Talked = Sequence[tuple[ContestantRecord, Sequence[RoundRecord]]]

DELAY_SHARE, DELAY_NS = 0.01, 50_000
"""Mean delays are the same within 1 %, or within 50 µs where that is more."""
OPENED_SHARE = 0.01
"""Of the requests: so many new connections in timed rounds are an accident, not a cost."""


def unfair(contestants: Iterable[ContestantRecord]) -> tuple[str, ...]:
    """Return a sentence on each contestant whose requests make its times incomparable.

    Who was given a delay of its own, or opens a connection for every task on purpose, is not
    spoken of: that is what its scenario is about. Delays are held against that of the baseline, or
    of the first with a delay where it has none.

    Args:
        contestants: of one scenario.
    """
    talked = [
        (record, rounds)
        for record in contestants
        if (rounds := [each for each in timed(record.rounds) if _requests(each)])
    ]
    talked.sort(key=lambda pair: pair[0].name != pair[0].scenario.baseline)
    return (*_delays(talked), *_connections(talked))


def _requests(each: RoundRecord) -> int:
    return (each.target or {}).get("requests") or 0


def _delays(talked: Talked) -> Iterator[str]:
    alike = [pair for pair in talked if "latency" not in pair[0].contestant.params]
    asked = {record.name: _mean_asked_ns(rounds) for record, rounds in alike}
    by_model = {model: asked_ns for model, asked_ns in asked.items() if asked_ns is not None}
    for model, asked_ns in list(by_model.items())[1:]:
        first, should_ns = next(iter(by_model.items()))
        if abs(asked_ns - should_ns) > max(DELAY_NS, DELAY_SHARE * should_ns):
            yield (
                f"{model} was asked to wait {formatting.duration(asked_ns)} a task, "
                f"{first} {formatting.duration(should_ns)}: their times do not compare"
            )


def _mean_asked_ns(rounds: Sequence[RoundRecord]) -> float | None:
    means = _told(rounds, "asked_mean_ns")
    requests = sum(of for _, of in means)
    return sum(asked_ns * of for asked_ns, of in means) / requests if requests else None


def _connections(talked: Talked) -> Iterator[str]:
    for record, rounds in talked:
        if record.opens_anew:
            continue
        counts = _told(rounds, "connections_opened")
        opened, requests = sum(of for of, _ in counts), sum(of for _, of in counts)
        if requests and opened / requests > OPENED_SHARE:
            yield (
                f"{record.name} opened a connection for {formatting.percent(opened / requests)} "
                "of its requests in timed rounds: connecting is in its times"
            )


def _told(rounds: Sequence[RoundRecord], figure: str) -> list[tuple[int, int]]:
    """Return a figure of the target with the number of requests, of the rounds that have it."""
    figures = [((each.target or {}).get(figure), _requests(each)) for each in rounds]
    return [(value, requests) for value, requests in figures if value is not None]
