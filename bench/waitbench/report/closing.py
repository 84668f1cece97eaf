"""The last screen of a run: who won for waiting, computing and both, how sure, and what next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.findings import one_winner, repeated
from waitbench.presentation import last_screen
from waitbench.presentation.last_screen import MACHINE, NEXT, PAGE, SAVED, Line
from waitbench.report import prose, rerun_command, suites
from waitbench.report.answers import of_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.findings.one_winner import Field
    from waitbench.report.answers import Answer

CLAIMS = "Claims"
BESIDE = frozenset({CLAIMS, MACHINE, PAGE, NEXT})
"""What stands beside the winners."""
KINDS = {"io_bound": "Waiting", "cpu_bound": "Computing", "mixed": "Both"}
"""What the tasks of a main suite do, in the order of the lines."""
MOST, MOST_WINNERS = 3, 2
"""So many other suites have a line of their own, and so many winners stand in one."""


def lines(summary: Summary, findings: Sequence[Finding], timed: Callable[[str], str]) -> list[Line]:
    """Return the answer of a run in six lines or so: winners, claims, machine, next command.

    Args:
        summary: of the run.
        findings: of every claim on it.
        timed: writes a command with about how long it takes.
    """
    answers = of_run(summary, findings)
    answer = [
        *winners(summary),
        Line(word=CLAIMS, text=_claims(answers)),
        _machine(summary),
    ]
    if following := _next(summary, answers, timed):
        answer.append(Line(word=NEXT, text=following))
    return answer


def brief(answer: Sequence[Line]) -> str:
    """Return the winners alone as one line: waiting: asyncio, 42 times as fast as sync …."""
    named = [line for line in answer if line.word not in BESIDE and not line.whole]
    won = [f"{line.word.lower()}: {line.text.partition(' (')[0]}" for line in named]
    return "; ".join(
        [*won, *(line.text.partition(": `")[0] for line in answer if line.word == SAVED)]
    )


def winners(summary: Summary) -> list[Line]:
    """Return a line for waiting, computing and both, or for the few suites that a run has.

    Each names who gained most on the baseline for sure, the scenario where that was most, and
    who may be as fast there.
    """
    raced = {
        name: [field for scenario in of if (field := one_winner.field(scenario, summary.methods))]
        for name, of in summary.suites.items()
    }
    main = [name for name in KINDS if raced.get(name)]
    shown = main or [name for name, fields in raced.items() if fields][:MOST]
    return [
        Line(
            word=KINDS.get(name, suites.title(name)), text=_won(raced[name], _disturbance(summary))
        )
        for name in shown
    ]


def _won(fields: Sequence[Field], disturbance: str) -> str:
    """Return who gained most on the baseline, in the scenario where that was most; two at most."""
    gained: dict[str, list[Field]] = {}
    for field in fields:  # a suite begins with what is most usual
        if _gain(field) > 1:
            gained.setdefault(field.first.model, []).append(field)
    if not gained:
        return _nobody(fields, disturbance)
    won = list(gained.values())[:MOST_WINNERS]
    return "; ".join(_first(max(own, key=_gain)) for own in won)


def _first(field: Field) -> str:
    """Return how fast the first of a scenario was, and who may be as fast or faster."""
    level = [chase.row.model for chase in field.chases if chase.verdict.verdict != "faster"]
    doubt = ""
    if held := field.held.rows:
        doubt = f" (but {bounds.at_least(held[0], field.scenario)})"
    elif level:
        doubt = f" (or {formatting.listing(level, 'or')}: too close to call)"
    return f"{field.first.model} {_much(field)}{doubt}"


def _gain(field: Field) -> float:
    """Return how many times as fast as the baseline the first was; 0 where that is not sure."""
    row = field.first
    if row.ratio is None or not bounds.counts(field.scenario):
        return 0.0
    return row.ratio.value if row.verdict and row.verdict.verdict == "faster" else 0.0


def _much(field: Field) -> str:
    """Return how much faster than the baseline the first was, with the interval of that."""
    ratio = field.first.ratio
    assert ratio is not None
    ends = f" {formatting.between(*ratio.interval)}" if ratio.interval else ""
    baseline = f"{formatting.times(ratio.value)} times as fast as {field.scenario.baseline}"
    return f"{baseline}{ends} in {field.scenario.name}"


def _nobody(fields: Sequence[Field], disturbance: str) -> str:
    """Return why nobody is known to gain on the baseline."""
    of = formatting.count(len(fields), "scenario")
    held = next((field for field in fields if field.held.rows), None)
    if held:
        return f"undecided in {of}: {bounds.at_least(held.held.rows[0], held.scenario)}"
    winners = Counter(field.first.model for field in fields if field.verdict == "supported")
    if winners:
        model, many = winners.most_common(1)[0]
        return f"{model} wins in {many} of {of}, and gains nothing sure on the baseline"
    if all(field.verdict == "refuted" for field in fields):
        return f"nobody wins in {of}: the first are equally fast"
    return f"undecided in {of}: {disturbance or 'the first lie too close together'}"


def _disturbance(summary: Summary) -> str:
    """Return that the machine was busy, where it was in most rounds."""
    if not prose.mostly_disturbed(summary.methods):
        return ""
    return f"the machine was busy in {_disturbed(summary)} of the rounds"


def _disturbed(summary: Summary) -> str:
    done = summary.methods
    ran = done.rounds + done.left_out
    return formatting.percent(done.disturbed / ran) if ran else "0 %"


def _claims(answers: Sequence[Answer]) -> str:
    """Return how many claims are decided which way, and why the rest is not."""
    words = Counter(answer.word for answer in answers)
    decided = _counted(words, ("supported", "refuted", "conditional"))
    open_ = Counter(answer.reason for answer in answers if answer.word == "undecided")
    rest = [f"{many} {_reason(reason)}" for reason, many in open_.items()]
    if words["not measured"]:
        rest.append(f"{words['not measured']} not measured")
    return f"of {len(answers)}: {'; '.join(filter(None, [decided, *rest]))}"


def _counted(words: Mapping[str, int], order: Iterable[str]) -> str:
    return ", ".join(f"{words[word]} {word}" for word in order if words.get(word))


def _reason(reason: str | None) -> str:
    return reason or "undecided"


def _machine(summary: Summary) -> Line:
    """Return on what it was measured, when, and whether other work was in the way."""
    day = summary.run.day if summary.run else None
    beside = f"other work ran beside {_disturbed(summary)} of the rounds"
    state = beside if summary.methods.disturbed else "undisturbed"
    return last_screen.machine(summary.environment, day, _disturbance(summary) or state)


def _next(summary: Summary, answers: Sequence[Answer], timed: Callable[[str], str]) -> str:
    """Return the one command that would say most now, with about how long it takes."""
    if prose.mostly_disturbed(summary.methods):
        return f"close what else runs, then try again: {timed(rerun_command.command(summary))}"
    for answer in answers:
        if answer.reason == "too unsure" and answer.command:
            return f"{timed(answer.command)} would decide {answer.claim.id}"
    rest = [answer for answer in answers if not answer.measured]
    if any(not answer.claim.across for answer in rest):
        every = "every claim" + " but those about other interpreters" * any(
            answer.claim.across for answer in rest
        )
        full = repeated("waitbench run --full", summary.options.get("python"))
        return f"{timed(full)} measures {every}"
    if rest:
        return f"{timed(rest[0].command or rest[0].claim.command)} measures {rest[0].claim.id}"
    return ""
