"""What a machine is told to measure, and what it answers: facts, sent as they are."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from waitbench.machines import agree, clean_environment, identity
from waitbench.race.record import RaceRecord, row_key
from waitbench.results.record_json import from_json, to_json
from waitbench.system import environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.race.plan import Lineup, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One launch.

    Attributes:
        lineup: who races in what.
        settings: how; its `part` is this launch alone.
        suite: module whose race it is, where it has one of its own.
        environment: what must agree with that of the machine.
        facts: of the machine, as its worker described it before the race.
    """

    lineup: Lineup
    settings: Settings
    suite: str | None = None
    environment: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def carried_out(self) -> str:
        """Race the launch here, in this process; return the answer as JSON."""
        return written(_raced(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one launch.

    Attributes:
        race: what was measured; None where nothing was.
        machine: anonymous name of the machine.
        environment: of the process that raced.
        refused: why the machine did not race it; empty where it did.
    """

    race: RaceRecord | None = None
    machine: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""


class CarriedOut(Protocol):
    """An order of any kind."""

    def carried_out(self) -> str:
        """Do what was ordered; return the answer as text."""
        ...


def packed(order: CarriedOut) -> bytes:
    """Return an order as bytes."""
    return pickle.dumps(order)


def unpacked(content: bytes) -> CarriedOut:
    """Return the order that bytes of ours are."""
    order: CarriedOut = pickle.loads(content)  # noqa: S301 - of the client of this scheduler
    return order


def _raced(order: Order) -> Answer:
    """Race the launch of an order, unless this machine is another than it must be."""
    from waitbench.race.conductor import conduct  # only where it is raced

    # Its load was looked at before: that takes longer than all else that is done here.
    here = agree.here()
    if different := agree.difference(here, order.environment):
        return Answer(refused=different)
    race: RaceRecord = (
        import_module(order.suite).conduct(order.lineup, order.settings, _silent)
        if order.suite
        else conduct(order.lineup, order.settings, _silent)
    )
    facts = {
        **order.facts,
        **here,
        **environment.afterwards(),
        "variables": clean_environment.recorded(),
    }
    return Answer(race=race, machine=identity.anonymous(order.settings.seed), environment=facts)


def _silent(_event: object) -> None:
    """Watch nothing: whoever ordered the launch hears of it when it is over."""


def written(answer: Answer) -> str:
    """Return an answer as JSON."""
    race = answer.race
    return json.dumps(
        {
            "machine": answer.machine,
            "environment": dict(answer.environment),
            "refused": answer.refused,
            "race": race
            and {
                "rows": [to_json(row) for row in race.rows.values()],
                "tasks_run": [row.tasks_run for row in race.rows.values()],
                "target": race.target,
                "interrupted": race.interrupted,
                "incidents": race.incidents,
                "round_cost_ns": race.round_cost_ns,
            },
        }
    )


def read(text: str, lineup: Lineup) -> Answer:
    """Return the answer that a JSON text is.

    Args:
        text: written by `written`.
        lineup: that was asked for: rows have its scenarios and contestants.

    Raises:
        KeyError, TypeError, ValueError: it is damaged.
    """
    form = json.loads(text)
    race = form["race"]
    return Answer(
        race=race and _race(race, lineup),
        machine=form["machine"],
        environment=form["environment"],
        refused=form["refused"],
    )


def _race(form: Mapping[str, Any], lineup: Lineup) -> RaceRecord:
    record = RaceRecord.of(lineup)
    asked = {key: (row.scenario, row.contestant) for key, row in record.rows.items()}
    rows: Sequence[Any] = form["rows"]
    for row_form, tasks_run in zip(rows, form["tasks_run"], strict=True):
        row = from_json(row_form)
        key = row_key(row.scenario, row.contestant)
        row.tasks_run = tasks_run
        row.scenario, row.contestant = asked.get(key, (row.scenario, row.contestant))
        record.rows[key] = row
    record.target = form["target"]
    record.interrupted = form["interrupted"]
    record.incidents = form["incidents"]
    record.round_cost_ns = form["round_cost_ns"]
    return record
