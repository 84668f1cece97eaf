"""A gate whose pairs are raced by the machines of a cluster: each takes part after part."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.gate import bundle, parts
from waitbench.gate.compare import Sides, compare, words
from waitbench.gate.formats import json as json_form
from waitbench.gate.repository import Repository, Revision
from waitbench.machines import agree
from waitbench.machines.crew import Crew
from waitbench.machines.dispatcher import Dispatcher
from waitbench.machines.order import packed
from waitbench.machines.schedule import Schedule
from waitbench.scenario import BenchError
from waitbench.system import environment
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.gate.commands import Command
    from waitbench.gate.outcome import Outcome
    from waitbench.gate.settings import GateSettings
    from waitbench.machines.cluster import Cluster
    from waitbench.machines.crew import Member

EACH = 2
"""Parts for each machine: who is lost loses one of them, and each costs its checkouts anew."""
MOST_S, TIMES = 600.0, 3.0
"""A part may take so long beside so many times its minutes: environments and builds are made."""
REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a gate is of, as it travels.

    Attributes:
        project: folder of the project in its repository.
        pythons: of base, of head, and of both where neither is named.
        settings: of the project.
        commands: that were typed.
        changed: whether only benchmarks are raced that read what differs.
        only: a part of the names of benchmarks.
        seed: of the order within blocks.
    """

    project: str
    pythons: tuple[str | None, str | None, str | None]
    settings: GateSettings
    commands: Sequence[Command]
    changed: bool
    only: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOrder:
    """One part of a gate for one machine.

    Attributes:
        asked: what the gate is of.
        part: its number and how many there are.
        sides: both commits, as a bundle.
        environment: what must agree with that of the machine.
    """

    asked: Asked
    part: tuple[int, int]
    sides: bytes
    environment: Mapping[str, Any]

    def carried_out(self) -> str:
        """Check both sides out here and race the part; return the gate's own JSON."""
        if different := agree.difference(agree.here(), self.environment):
            return json.dumps({REFUSED: different})
        with tempfile.TemporaryDirectory(prefix="waitbench-sides-") as name:
            top = Path(name) / "repository"
            base, head = (
                Revision(asked=commit, commit=commit, title="")
                for commit in bundle.unpacked(self.sides, top)
            )
            base_python, head_python, python = self.asked.pythons
            outcome = compare(
                Repository(top=top, project=Path(self.asked.project)),
                Sides(
                    base=base,
                    head=head,
                    base_python=base_python,
                    head_python=head_python,
                    python=python,
                ),
                self.asked.settings,
                commands=self.asked.commands,
                changed=self.asked.changed,
                only=self.asked.only,
                seed=self.asked.seed,
                part=self.part,
                observer=lambda _what: lambda _event: None,
            )
        return json_form.render(outcome)


def compare_there(  # noqa: PLR0913 - a gate, and where it is raced
    cluster: Cluster,
    repository: Repository,
    sides: Sides,
    asked: Asked,
    *,
    force: bool,
    say: Callable[[str], object],
) -> Outcome:
    """Race a gate on the machines of a cluster; decide over all parts that came in.

    Args:
        cluster: whose workers race.
        repository: that has both commits.
        sides: what is compared.
        asked: the rest of what is compared.
        force: whether machines race whose own check finds them a poor place.
        say: is told what goes on.

    Raises:
        BenchError: no machine may race, none came back, or a side cannot be made there.
    """
    here = environment.describe()
    crew = Crew(expected=here, seed=asked.seed, force=force)
    gate = _Gate(
        asked=asked,
        sides=bundle.made(repository, (sides.base, sides.head)),
        expected=here,
        say=say,
    )
    dispatcher = Dispatcher(cluster=cluster, crew=crew, schedule=Schedule(), work=gate)
    with Interrupt.of_this_thread() as interrupt:
        mustered = dispatcher.muster()
        gate.many = EACH * len(crew.members)
        dispatcher.schedule = Schedule.of(range(gate.many))
        say(f"{mustered} take {gate.many} parts, about {gate.part_s:.0f} s each")
        whole = dispatcher.run(lambda: interrupt.requested)
    if not gate.documents:
        reasons = "; ".join(dict.fromkeys(gate.sentences)) or "stopped before anything was raced"
        raise BenchError(f"no part of the gate was raced: {reasons}")
    numbers = sorted(gate.documents)
    outcome = parts.merged(
        [Path(f"part {number + 1}") for number in numbers],
        [gate.documents[number] for number in numbers],
    )
    return replace(
        outcome,
        base=words(sides.base, sides.base_python),
        head=words(sides.head, sides.head_python),
        commits=(sides.base.commit, sides.head.commit),
        notes=(*((sides.note,) if sides.note else ()), *gate.sentences, *outcome.notes),
        interrupted=outcome.interrupted or not whole,
    )


@dataclass(slots=True, kw_only=True)
class _Gate:
    """The parts of one gate."""

    asked: Asked
    sides: bytes
    expected: Mapping[str, Any]
    say: Callable[[str], object]
    many: int = 1
    documents: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)
    noun: str = "part"

    @property
    def part_s(self) -> float:
        """Seconds of racing in a part."""
        return self.asked.settings.minutes * 60 / self.many

    @property
    def within_s(self) -> float:
        """The longest that a part may take."""
        return MOST_S + TIMES * self.part_s

    def order(self, number: int, _member: Member) -> bytes:
        """Return the order of one part."""
        return packed(
            PartOrder(
                asked=self.asked,
                part=(number + 1, self.many),
                sides=self.sides,
                environment=self.expected,
            )
        )

    def book(self, number: int, answer: str) -> str:
        """Keep a part; return why it was refused, empty where it was not."""
        document = json.loads(answer)
        if REFUSED in document:
            return str(document[REFUSED])
        self.documents[number] = document
        self.say(f"part {number + 1} of {self.many} is raced ({len(self.documents)} are)")
        return ""

    def incident(self, sentence: str) -> None:
        """Keep a sentence for the outcome, and tell it."""
        self.sentences.append(sentence)
        self.say(sentence)
