"""The journal and its figures in, `results/proof/README.md` out; the same races, the same page."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from tests.proof.aims import aims, bias_text
from tests.proof.cells import ARMS, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.proof.figures import Figures
    from tests.proof.journal import Journal

MACHINE = {
    "cpu": "processor",
    "cores_allowed": "cores allowed",
    "cgroup_cpu_quota": "cores' worth granted by the control group",
    "governor": "governor",
    "virtualization": "virtualization",
    "container": "container",
    "platform": "system",
    "python": "Python",
}
"""Which of `environment.describe()` is said, and how."""

LEVELS = """\
Our rule gives every comparison a chance of a false statement. On arms that are the same it should \
lie below a level no oftener than that level says:"""

HOW_TO_READ = f"""\
Every figure is a share with its exact 95 % interval (Clopper and Pearson) and its count.

How it was measured: a race enters one model {len(ARMS)} times, two arms as they are and two \
with a slow-down injected by their parameters ({", ".join(ARMS)}). Each arm has a fresh process \
in every launch; blocks are shuffled. The two identical pairs give two null comparisons, plain \
against slowed gives two of the slow-down; no process is in two comparisons of one table, so they \
count as independent. A suite is 20 null comparisons in the order of time, from ten races. Power \
*in a suite* puts one slowed comparison beside the next 19 null comparisons of other races and \
judges all 20 together; *alone* judges it by itself; both at 99 %.

How the truth is known: identical arms have a ratio of 1. Computing steps scale the whole round. \
Where waiting was added to tasks one after the other, the truth is what was added over the plain \
arms' typical wall. For http and asyncio, whose clients add to it themselves, it is the median of \
all other races of the same slow-down. \
A slow-down of 2 % is rightly called *same*, for that means within 5 %.

The other rules saw exactly the same walls, from blocks and launches that the race had already \
interleaved for them: *on all rounds* flatters them. *One process each, apart in time* is how they \
are used: the first launch of one arm as the saved run, the last launch of the other as the new \
one. pytest-benchmark's rule is its own code and looks in one direction only; Welch's and ours \
look in both."""


def page(journal: Journal, figures: Figures, notes: str = "") -> str:
    """Return the page in Markdown.

    Args:
        journal: the races.
        figures: what was made of them.
        notes: words of a person on why it falls short and what was tried; put in as they are.
    """
    parts = [
        "# The proof",
        _sentence(figures),
        "## Aims",
        table(
            ("aim", "found", ""), ((aim.wanted, aim.figure, aim.answer) for aim in aims(figures))
        ),
        *(("## Why, and what was tried", notes.strip()) if notes.strip() else ()),
        "## False alarms: arms that are the same",
        _alarms(figures),
        "By kind of work, single comparisons at 99 %:",
        _by_kind(figures),
        LEVELS,
        _levels(figures),
        "## Power: slow-downs that are there",
        _power(figures),
        "## Coverage: 99 % intervals that hold the true ratio",
        table(
            ("kind", "null", "slowed"),
            ((kind, str(null), str(slowed)) for kind, (null, slowed) in figures.coverage.items()),
        ),
        "## Misranking: made 5 % slower, ranked first",
        table(
            ("ranked by", "slower one first"),
            ((name, str(share)) for name, share in figures.misranked.items()),
        ),
        "## Place in the block: last over first, identical arms",
        table(
            ("kind", "bias", "blocks"),
            ((row.kind, bias_text(row), str(row.blocks)) for row in figures.bias),
        ),
        "## How to read this",
        HOW_TO_READ,
        "## Races and machine",
        *_origin(journal),
    ]
    return "\n\n".join(parts) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _sentence(figures: Figures) -> str:
    all_aims = list(aims(figures))
    missed = [aim for aim in all_aims if aim.reached is False]
    unknown = [aim for aim in all_aims if aim.reached is None]
    decided = len(all_aims) - len(unknown)
    sentence = (
        f"Of {decided} aims with figures {decided - len(missed)} are reached, on {figures.nulls} "
        f"null comparisons and {sum(row.alone.of for row in figures.power)} with an injected "
        "slow-down."
    )
    if missed:
        short = "; ".join(f"{aim.wanted}, found {aim.figure}" for aim in missed)
        sentence += f" It falls short in: {short}."
    return sentence


def _alarms(figures: Figures) -> str:
    return table(
        ("rule", "comparisons with a false alarm", "suites of 20 with one"),
        ((row.rule, str(row.comparison), str(row.suite)) for row in figures.alarms),
    )


def _by_kind(figures: Figures) -> str:
    rows = ((kind, str(share)) for kind, share in figures.kinds.items())
    return table(("kind", "false alarms"), rows)


def _levels(figures: Figures) -> str:
    rows = ((f"{100 * level:g} %", str(share)) for level, share in figures.levels.items())
    return table(("level", "null comparisons below it"), rows)


def _power(figures: Figures) -> str:
    header = (
        "kind",
        "asked",
        "true",
        "n",
        "called slower, in a suite",
        "called slower, alone",
        "called same",
        "interval leaves out 1",
        "pytest-benchmark mean:5%",
        "Welch",
    )
    return table(
        header,
        (
            (
                row.kind,
                f"+{100 * row.slow:g} %",
                "-" if row.true is None else f"+{100 * row.true:.1f} %",
                str(row.alone.of),
                *(
                    share.short
                    for share in (
                        *(row.in_suite, row.alone, row.same),
                        *(row.excluded, row.gate, row.welch),
                    )
                ),
            )
            for row in figures.power
        ),
    )


def _origin(journal: Journal) -> Iterator[str]:
    races = journal.sound
    rows = []
    for kind in KINDS:
        own = [race for race in races if race.kind == kind]
        if own:
            launches = median(len({turn.launch for turn in race.turns}) for race in own)
            blocks = median(len({(turn.launch, turn.block) for turn in race.turns}) for race in own)
            arm_s = median(race.took_s for race in own) / len(ARMS)
            cells = (kind, str(len(own)), f"{launches:g}", f"{blocks:g}", f"{arm_s:.1f}")
            rows.append(cells)
    header = ("kind", "races", "launches", "blocks", "seconds for each arm, start-up included")
    yield table(header, rows)
    failed = len(journal.races) - len(races)
    loads = [race.load for race in races if race.load is not None]
    load = f" Load average before a race: median {median(loads):.1f}." if loads else ""
    older = f" {journal.older} of an older recipe are left out." if journal.older else ""
    yield f"{len(races)} races, {failed} more failed.{older}{load}"
    yield from machines({"machine": machine} for machine in journal.machines)
    yield "Again, or further: `scripts/prove --minutes 20`; the figures alone: `--minutes 0`."


def machines(lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """List what each machine was, once, with all commits that ran on it; others are passed over."""
    commits: dict[str, list[str]] = {}
    for machine in (line["machine"] for line in lines if "machine" in line):
        described = {
            title: machine[name] for name, title in MACHINE.items() if machine.get(name) is not None
        }
        listed = "\n".join(f"- {title}: {value}" for title, value in described.items())
        commits_of_machine = commits.setdefault(listed, [])
        commit = (
            f"{str(machine.get('commit'))[:9]}{' with changes' if machine.get('dirty') else ''}"
        )
        if machine.get("commit") and commit not in commits_of_machine:
            commits_of_machine.append(commit)
    for listed, names in commits.items():
        yield listed + (f"\n- commit: {', '.join(names)}" if names else "")
