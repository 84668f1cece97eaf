"""What asyncio gains on a database here, and on the same one some milliseconds away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings._kinds import Kind, attempt_of, is_near, measured
from waitbench.units import duration_ns

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.findings._kinds import Try

DATABASES = {"PostgreSQL": "postgres", "Redis": "redis"}
"""What is also raced as if it were further away, with its workload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A database that is so far away.

    Attributes:
        distance_ns: how much longer a round trip to it takes; 0 for a local one.
        kind: the database, and what was measured there.
    """

    distance_ns: int
    kind: Kind

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        far, plain = formatting.duration(self.distance_ns), self.kind.name == "PostgreSQL"
        if not self.distance_ns:
            return f"a local {'database' if plain else self.kind.name}"
        return f"one {far} away" if plain else f"a {self.kind.name} {far} away"


def places(summary: Summary) -> list[Place]:
    """Return each database here and at each distance, from near to far, if any was far away.

    What is local is what differs from what is far away in that alone.
    """
    return [
        Place(distance_ns=distance_ns, kind=Kind(name=database, tries=tuple(tries)))
        for database, workload in DATABASES.items()
        for distance_ns, tries in sorted(_tries(measured(summary, "storage", workload)).items())
    ]


def _tries(scenarios: list[Comparison]) -> dict[int, list[Try]]:
    asked = [_query(scenario) for scenario in scenarios if not is_near(scenario)]
    tries: dict[int, list[Try]] = {}
    for scenario in scenarios:
        attempt = attempt_of(scenario) if _query(scenario) in asked else None
        if attempt is not None:
            tries.setdefault(duration_ns(scenario.params.get("distance") or "0"), []).append(
                attempt
            )
    return tries if any(tries) else {}


def _query(scenario: Comparison) -> dict[str, str]:
    return {name: text for name, text in scenario.params.items() if name != "distance"}
