"""Rounds of one scenario in, sentences out: did all contestants ask the target for the same?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from waitbench.results.rounds import Rounds

DELAY_SHARE, DELAY_NS = 0.01, 50_000
"""Mean delays are the same within 1 %, or within 50 µs where that is more."""
OPENED_SHARE = 0.01
"""Of the requests: so many new connections in timed rounds are an accident, not a cost."""


def unfair(
    contestants: Sequence[Mapping[str, Any]], rounds: Mapping[str, Rounds], baseline: str
) -> tuple[str, ...]:
    """Return a sentence on each contestant whose requests make its times incomparable.

    Who was given a delay of its own, or opens a connection for every task on purpose, is not
    spoken of: that is what its scenario is about.

    Args:
        contestants: of one scenario, as rows of their frame.
        rounds: the timed rounds of each of them, by its name.
        baseline: who the others are compared with; the first with a delay where it has none.
    """
    facts = [fact for fact in contestants if _talked(rounds[fact["model"]])]
    facts.sort(key=lambda fact: fact["model"] != baseline)
    return (*_delays(facts, rounds), *_connections(facts, rounds))


def _talked(rounds: Rounds) -> bool:
    return any(requests for (requests,) in rounds.known("target_requests"))


def _delays(facts: Sequence[Mapping[str, Any]], rounds: Mapping[str, Rounds]) -> Iterator[str]:
    alike = [fact["model"] for fact in facts if "latency" not in fact["own_params"]]
    asked = {model: _mean_asked_ns(rounds[model]) for model in alike}
    by_model = {model: asked_ns for model, asked_ns in asked.items() if asked_ns is not None}
    for model, asked_ns in list(by_model.items())[1:]:
        first, should_ns = next(iter(by_model.items()))
        if abs(asked_ns - should_ns) > max(DELAY_NS, DELAY_SHARE * should_ns):
            yield (
                f"{model} was asked to wait {formatting.duration(asked_ns)} a task, "
                f"{first} {formatting.duration(should_ns)}: their times do not compare"
            )


def _mean_asked_ns(rounds: Rounds) -> float | None:
    means = rounds.known("target_asked_mean_ns", "target_requests")
    requests = sum(of for _, of in means)
    return sum(asked_ns * of for asked_ns, of in means) / requests if requests else None


def _connections(facts: Sequence[Mapping[str, Any]], rounds: Mapping[str, Rounds]) -> Iterator[str]:
    for fact in facts:
        if fact["opens_anew"]:
            continue
        counts = rounds[fact["model"]].known("target_connections_opened", "target_requests")
        opened, requests = (sum(count[place] for count in counts) for place in (0, 1))
        if requests and opened / requests > OPENED_SHARE:
            yield (
                f"{fact['model']} opened a connection for "
                f"{formatting.percent(opened / requests)} of "
                "its requests in timed rounds: connecting is in its times"
            )
