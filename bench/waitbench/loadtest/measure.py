"""What one server is measured by: a step at a rate, a closed load, or the search for its knee."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from waitbench.loadtest import step as steps
from waitbench.loadtest import work
from waitbench.loadtest.knee import CLOSE, NEAR_STRIDE, search
from waitbench.loadtest.order import Order
from waitbench.results.record import LoadRecord

if TYPE_CHECKING:
    from waitbench.loadtest.facts import StepFacts
    from waitbench.loadtest.server import Server
    from waitbench.loadtest.step import Task
    from waitbench.results.load_step import LoadStep

MOST_PER_S = 20_000.0
"""No higher rate is asked of a server: the generator has one core, like everybody."""
ENOUGH = 20
"""Requests that a step of the search has at least, and so how long it lasts at a low rate."""
GIVE_UP_TIMES = 2
"""A step of the search ends early when a request has waited so many times the level."""


class Ask(Protocol):
    """Carries out one step on the generator."""

    def __call__(self, order: Order) -> StepFacts:
        """Return what the generator saw of one step."""
        ...


class Measurement:
    """What one server does with one scenario, in the shape of a round of a race.

    Args:
        server: who is asked.
        task: what for.
        amount: of the work, as its path says it.
        seed: of random arrivals; the same for everybody in a block.
        ask: the generator.
        near: a rate about which its knee was found before; None where nothing is known.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a measurement, put together in one place
        self,
        server: Server,
        task: Task,
        amount: int,
        seed: str,
        ask: Ask,
        near: float | None = None,
    ) -> None:
        self._server, self._task, self._seed, self._ask = server, task, seed, ask
        self._near = near
        self._order = Order(
            port=server.port,
            host=server.host,
            path=f"/{task.work}/{amount}",
            expect=work.expected(task.work, amount).decode(),
            for_ns=task.for_ns,
            level_ns=task.level_ns,
        )
        self.generator_cpu_ns = 0
        self.server_cpu_ns = 0
        self.lasted_ns = 0

    def run(self) -> LoadRecord:
        """Put the server under the load; whose turn it was is for the conductor to add."""
        if self._task.rate is not None:
            return self._open(self._task.rate)
        return self._closed(self._task.users) if self._task.users else self._knee()

    def _open(self, rate: float) -> LoadRecord:
        order = replace(self._order, rate=rate, arrivals="poisson", seed=self._seed, probe=True)
        facts, server_cpu_ns = self._step(order)
        step = steps.record(facts, rate, self._task)
        return replace(
            self._record(facts, step, server_cpu_ns),
            mean_latency_ns=facts.mean_ns,
            steps=(step,),
            metrics={
                "goodput_per_s": step.goodput_per_s,
                "health_max_ns": facts.health.max_ns,
                "recovery_ns": facts.health.recovery_ns,
                "refused": facts.refused,
            },
        )

    def _closed(self, users: int) -> LoadRecord:
        facts, server_cpu_ns = self._step(replace(self._order, users=users, probe=True))
        per_s = facts.answered * 1e9 / max(facts.wall_ns, 1)
        step = steps.record(facts, per_s, self._task)
        return replace(
            self._record(facts, step, server_cpu_ns),
            throughput_per_s=per_s,
            metrics={"answered_per_s": per_s, "health_max_ns": facts.health.max_ns},
        )

    def _knee(self) -> LoadRecord:
        curve: list[LoadStep] = []
        best: tuple[StepFacts, LoadStep, int] | None = None

        def sustains(rate: float) -> bool:
            nonlocal best
            for_ns = max(self._task.for_ns, round(ENOUGH * 1e9 / rate))
            give_up_ns = GIVE_UP_TIMES * self._task.level_ns
            order = replace(self._order, for_ns=for_ns, rate=rate, give_up_ns=give_up_ns)
            facts, server_cpu_ns = self._step(order)
            if facts.gave_up:
                self._server.wait_healthy()
            step = steps.record(facts, rate, self._task)
            curve.append(step)
            if step.sustained and (best is None or rate >= best[1].rate_per_s):
                best = facts, step, server_cpu_ns
            return step.sustained

        # Launches that try the very same rates would agree more than they know.
        chance = random.Random(f"{self._seed}/{self._server.spec.name}")
        apart = CLOSE ** chance.uniform(-0.5, 0.5)
        bracket = (
            search(sustains, first=apart * self._near, most=MOST_PER_S, stride=NEAR_STRIDE)
            if self._near
            else search(sustains, first=apart * self._task.half_busy, most=MOST_PER_S)
        )
        if bracket.knee is None or best is None:
            lowest = min(step.rate_per_s for step in curve)
            return LoadRecord(
                launch=0,
                cpu_per_request_ns=0,
                errors=1,
                error=f"not even {lowest:.1f} requests/s stay within the level",
                spans="",
                steps=tuple(curve),
            )
        # Who stopped only because the generator could send no more has its knee higher up.
        missed = [step for step in curve if step.rate_per_s == bracket.missed]
        sustained_per_s = bracket.sustained or 0.0
        return replace(
            self._record(*best),
            knee_per_s=bracket.knee,
            generator_limited=bracket.missed is None
            or all(step.generator_limited for step in missed),
            steps=tuple(curve),
            metrics={
                "sustained_per_s": sustained_per_s,
                "missed_per_s": bracket.missed or sustained_per_s,
            },
        )

    def _step(self, order: Order) -> tuple[StepFacts, int]:
        """Return what the generator saw, and the CPU that the server used meanwhile."""
        before_ns = self._server.cpu_ns()
        facts = self._ask(order)
        server_cpu_ns = max(0, self._server.cpu_ns() - before_ns)
        self.server_cpu_ns += server_cpu_ns
        self.generator_cpu_ns += facts.cpu_ns
        self.lasted_ns += facts.wall_ns
        return facts, server_cpu_ns

    def _record(self, facts: StepFacts, step: LoadStep, server_cpu_ns: int) -> LoadRecord:
        # A light request costs what a waiting one does: its transport; computing costs its own.
        light = facts.health.probes if self._task.work == "wait" else 0
        return LoadRecord(
            launch=0,
            cpu_per_request_ns=round(server_cpu_ns / max(facts.answered + light, 1)),
            errors=facts.refused + facts.failed + facts.unsent,
            error=facts.error or (f"{facts.refused} refused" if facts.refused else None),
            refused=facts.refused,
            generator_limited=step.generator_limited,
            spans=facts.spans,
        )
