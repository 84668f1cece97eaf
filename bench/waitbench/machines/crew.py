"""The workers of a cluster that may measure: who is refused, who is free, who was lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waitbench.machines import agree, identity
from waitbench.system import environment
from waitbench.system.warnings import warnings

if TYPE_CHECKING:
    from collections.abc import Mapping

RESOURCE = "waitbench"
"""Of which a worker has one, so that Dask gives it one launch at a time."""
NO_PLACE = ("busy-machine", "memory-pressure", "debug-mode", "traced", "on-battery")
"""Warnings for which a machine is left out: its figures would be of something else."""


@dataclass(slots=True, kw_only=True)
class Member:
    """A worker that measures.

    Attributes:
        address: where the scheduler reaches it; never in a record.
        machine: anonymous name of its machine.
        facts: its environment.
        resourced: whether it offers the resource.
        token: of the try that it has; empty where it is free.
    """

    address: str
    machine: str
    facts: Mapping[str, Any]
    resourced: bool
    token: str = ""


@dataclass(slots=True, kw_only=True)
class Crew:
    """Who measures.

    Attributes:
        expected: environment that all must agree with.
        seed: of the run.
        force: whether busy machines measure, too.
        members: by address.
        refused: by address, why a worker does not measure.
        dropped: addresses of workers that hung, or did not answer for what they had.
    """

    expected: Mapping[str, Any]
    seed: int
    force: bool = False
    members: dict[str, Member] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)

    def unknown(self, addresses: Mapping[str, Any]) -> list[str]:
        """Return who has not been asked what it is."""
        known = {*self.members, *self.refused, *self.dropped}
        return [address for address in addresses if address not in known]

    def take_in(self, address: str, answer: object, resources: Mapping[str, float]) -> str:
        """Take in a worker that said what it is, or return why it is refused.

        Args:
            address: of the worker.
            answer: what `description` returned there, or the error that it ended in.
            resources: that it offers.
        """
        why = self._refusal(answer)
        if why:
            self.refused[address] = why
        elif isinstance(answer, dict):
            self.members[address] = Member(
                address=address,
                machine=answer["machine"],
                facts=answer["environment"],
                resourced=resources.get(RESOURCE, 0) >= 1,
            )
        return why

    def gone(self, addresses: Mapping[str, Any]) -> list[Member]:
        """Take out the workers that the scheduler no longer has; return them."""
        lost = [member for address, member in self.members.items() if address not in addresses]
        for member in lost:
            del self.members[member.address]
        return lost

    def drop(self, address: str, why: str = "") -> None:
        """Take out a worker that is not to be trusted with another launch."""
        self.members.pop(address, None)
        if why:
            self.refused[address] = why
        else:
            self.dropped.add(address)

    @property
    def free(self) -> list[Member]:
        """Members without a launch."""
        return [member for member in self.members.values() if not member.token]

    def _refusal(self, answer: object) -> str:
        if not isinstance(answer, dict):
            return f"it cannot say what it is ({type(answer).__name__}: {answer})"
        facts = answer["environment"]
        if different := agree.difference(facts, self.expected):
            return f"{different}, as here"
        reasons = [each.text for each in warnings(facts) if each.code in NO_PLACE]
        return (
            f"{reasons[0]} (--force measures there all the same)"
            if (reasons and not self.force)
            else ""
        )


def description(seed: int) -> dict[str, Any]:
    """Return what the machine of a worker is; run there by Dask."""
    return {"machine": identity.anonymous(seed), "environment": environment.describe()}
