"""What is wanted of one step of load, and who carries its requests to the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from waitbench.loadtest.arrivals import planned_ns
from waitbench.loadtest.step_stats import RefusedError
from waitbench.services.http_client import HOST, get

if TYPE_CHECKING:
    from waitbench.loadtest.arrivals import Arrivals
    from waitbench.services.http_head import Answer

BUSY: Final = 503
OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One step.

    Attributes:
        port: where the server listens.
        host: its address.
        path: what is asked for.
        expect: the right body; anything else is a failure. None takes every body.
        for_ns: how long requests are sent.
        level_ns: the service level.
        patience_ns: how long after that to wait for the last answers; the rest is cancelled.
        rate: of an open load, requests per second.
        arrivals: of an open load.
        seed: of random arrivals.
        users: of a closed load: each asks again when it is answered.
        probe: whether a light request every 50 ms goes beside it, and on until it is answered
            within the level again.
        give_up_ns: an open load ends early when a request has waited so long; 0 for never.
        share: (0, 4) sends the first, fifth, … request of the plan, or has a fourth of the users:
            the part of the first of four generators.
        begins_at_ns: when it begins, on the clock of the generator's machine; 0 for at once.
    """

    port: int
    host: str = HOST
    path: str
    expect: str | None = None
    for_ns: int
    level_ns: int
    patience_ns: int = 10_000_000_000
    rate: float = 0.0
    arrivals: Arrivals = "constant"
    seed: str = ""
    users: int = 0
    probe: bool = False
    give_up_ns: int = 0
    share: tuple[int, int] = (0, 1)
    begins_at_ns: int = 0

    @property
    def operation(self) -> str:
        """What a generator is asked to do."""
        return "closed" if self.users else "open"

    @property
    def plan_ns(self) -> list[int]:
        """When each request of this part of an open load is due, in nanoseconds from the start."""
        number, many = self.share
        return planned_ns(self.arrivals, self.rate, self.for_ns, self.seed)[number::many]

    @property
    def own_users(self) -> int:
        """How many users of a closed load are in this part."""
        number, many = self.share
        return len(range(number, self.users, many))

    @property
    def request(self) -> bytes:
        """What is sent, as bytes."""
        return get(self.path)

    @property
    def body(self) -> bytes | None:
        """The right body, as bytes."""
        return None if self.expect is None else self.expect.encode()


def verify(answer: Answer, body: bytes | None) -> None:
    """Check an answer.

    Raises:
        RefusedError: it says that the server is too busy.
        ValueError: it is wrong.
    """
    if answer.status == BUSY:
        raise RefusedError
    if answer.status != OK or (body is not None and answer.body != body):
        raise ValueError(f"status {answer.status}, {answer.body[:60]!r}")
