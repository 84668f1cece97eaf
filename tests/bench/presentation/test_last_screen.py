"""Every command ends alike: the answer, how sure, the machine, what to type next, in 80 columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.bench.advisor.probes import advised, probe, raced
from tests.bench.gate.outcomes import SAME, SLOWER, UNDECIDED, outcome
from tests.bench.profiling.lanes import SEND, TASK, WORK, lane, profile, stack
from waitbench.advisor import closing as of_advice
from waitbench.doctor import closing as of_examination
from waitbench.doctor.findings import Examination, Finding, Lag, SourceLine
from waitbench.gate import closing as of_gate
from waitbench.presentation import last_screen, terminal
from waitbench.presentation.last_screen import NEXT, Line
from waitbench.profiling import closing as of_profile

if TYPE_CHECKING:
    from collections.abc import Sequence

MS = 1_000_000
FACTS = {
    "cpu": "AMD EPYC",
    "cores_allowed": 2,
    "implementation": "CPython",
    "python": "3.13.1",
    "gil": True,
}
AGAIN = "`waitbench doctor app.py` (about 3 s)"
HOLD = Finding(
    kind="waiting",
    subject="fetch",
    place=SourceLine(file="/project/app.py", line=12, function="fetch"),
    total_ns=200 * MS,
    longest_ns=200 * MS,
)
EXAMINATION = Examination(
    threshold_ns=50 * MS,
    ran_ns=1_000 * MS,
    held_ns=200 * MS,
    steps=10,
    lag=Lag(p50_ns=MS, p99_ns=190 * MS, max_ns=200 * MS, probes=50),
    loop="asyncio",
    python="3.13.1",
    findings=(HOLD, replace(HOLD, kind="forgotten", subject="save", place=None)),
)
ADVICE = advised(probe(20), raced("sync", 1, None), raced("threads", 16, 15.5))
PROFILE = profile(lane({stack(TASK, WORK): 30, stack(TASK, WORK, SEND): 70}, cpu_ms=100))


def examined(examination: Examination, failed: str = "") -> list[Line]:
    return of_examination.lines(examination, failed=failed, facts=FACTS, following=AGAIN)


def texts(lines: Sequence[Line]) -> dict[str, str]:
    return {line.word: line.text for line in lines if line.text}


SCREENS = {
    "gate": of_gate.lines(
        outcome(SLOWER, SAME, UNDECIDED, environment=FACTS), written=["a.md"], following=AGAIN
    ),
    "doctor": examined(EXAMINATION),
    "advise": of_advice.lines(ADVICE, facts=FACTS, page="advice.html", following=AGAIN),
    "profile": of_profile.lines([PROFILE], facts=FACTS, written="", following=AGAIN),
}


@pytest.mark.parametrize("command", SCREENS)
def test_it_fits_the_screen_and_ends_with_what_comes_next(command: str) -> None:
    lines = SCREENS[command]
    shown = terminal.written(
        lambda console: last_screen.show(console, lines), width=80, color=False
    ).splitlines()
    assert shown[0].startswith("The answer ")
    assert 4 <= len(shown) <= 14
    assert max(map(len, shown)) <= 80
    assert shown[-1].split() == [NEXT, *AGAIN.split()]
    assert texts(lines)["Machine"].startswith("AMD EPYC, 2 cores, CPython 3.13.1, with the GIL")


def test_what_is_not_known_has_no_line() -> None:
    shown = terminal.written(
        lambda console: last_screen.show(
            console, [Line(word="Saved", text=""), Line(word="Sure", text="yes")]
        ),
        width=80,
        color=False,
    )
    assert "Saved" not in shown


def test_a_gate_says_what_is_slower_how_sure_and_in_which_state_the_machine_was() -> None:
    said = texts(SCREENS["gate"])
    assert said["Verdict"].startswith("Slower: bench_total takes 25.0 % longer")
    assert said["Of all"] == "1 slower, 1 undecided, 1 same"
    assert said["Open"] == UNDECIDED.name
    assert "99 % over 10 to 74 fresh pairs" in said["Sure"]
    assert said["Machine"].endswith("undisturbed")
    assert said["Saved"] == "a.md"


def test_a_gate_beside_other_work_says_that_this_is_why_it_is_undecided() -> None:
    busy = outcome(UNDECIDED, environment=FACTS)
    for row in busy.rows.values():
        row.rounds = [replace(round_, disturbed=True) for round_ in row.rounds]
    said = texts(of_gate.lines(busy))
    assert said["Open"].startswith("undecided because the machine was busy in 100 % of rounds")
    assert said["Machine"].endswith("other work ran beside 100 % of the rounds")
    assert of_gate.brief(busy).endswith("Why: the machine was busy in 100 % of rounds.")
    assert "busy" not in of_gate.brief(outcome(UNDECIDED))


def test_what_to_look_at_first_is_the_worst() -> None:
    assert of_gate.first(outcome(SAME, UNDECIDED, SLOWER)) == SLOWER
    assert of_gate.first(outcome(SAME, UNDECIDED)) == UNDECIDED
    assert of_gate.first(outcome(SAME)) is None


def test_a_doctor_names_what_to_mend_first_and_counts_the_rest() -> None:
    said = texts(SCREENS["doctor"])
    assert said["Verdict"] == "2 findings."
    assert said["First"].startswith("fetch waited, and held the loop for 200 ms, at ")
    assert "app.py:12" in said["First"]
    assert said["Found"] == "1 hold by waiting, 1 forgotten await"
    assert said["Loop"].startswith("ran 1 s, could serve nobody for 20.0 % of it; lag p99 190 ms")
    assert "above 50 ms" in said["Sure"]
    assert said["Machine"].endswith("the loop never waited long for a core")


def test_a_program_that_crashed_is_not_healthy() -> None:
    healthy = replace(EXAMINATION, findings=())
    assert texts(examined(healthy))["Verdict"] == "Healthy: nothing was found."
    crashed = texts(examined(healthy, failed="ValueError: no"))["Verdict"]
    assert crashed.startswith("Not healthy: the program itself failed (ValueError: no)")
    assert of_examination.brief(healthy, "ValueError: no") == crashed
    assert "\n" not in of_examination.brief(EXAMINATION)


def test_an_advice_says_how_much_is_gained_and_whether_that_was_measured() -> None:
    said = texts(SCREENS["advise"])
    assert said["Advice"] == "Use threads, 16 workers"
    # 15.5 times, with ends a tenth off it (13.95 and 17.05), as `raced` makes them
    assert said["Gain"].startswith("15.5 times as fast as sync [14.0, 17.1], measured")
    assert said["Sure"].startswith("95 % intervals of a race")
    predicted = of_advice.lines(advised(probe(20)), facts=FACTS, page="", following="")
    assert "predicted, not raced" in texts(predicted)["Gain"]
    assert texts(predicted)["Sure"].startswith("a prediction")


def test_a_profile_says_where_most_of_each_model_s_time_went() -> None:
    assert texts(SCREENS["profile"])[PROFILE.scenario] == "threads 70 % library"
    assert of_profile.brief([PROFILE]) == f"{PROFILE.scenario}: threads 70 % library"
    failed = replace(PROFILE, failure="no", lanes=())
    assert of_profile.where_time_went([failed]) == "threads failed"
    both = of_profile.lines(
        [PROFILE, replace(PROFILE, suite="mixed")], facts={}, written="", following=""
    )
    assert [line.word for line in both][:2] == [
        f"io_bound: {PROFILE.scenario}",
        f"mixed: {PROFILE.scenario}",
    ]
