"""Claims and findings in, answers, their table and the page of one claim out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.bench.builds import under
from tests.bench.report.runs import full, seeing, usual
from tests.bench.synthetic import MS, record, scenario, shaken, summary
from waitbench.findings import Claim, Finding, claims, find_all
from waitbench.presentation import terminal
from waitbench.report import claims_table, closing, explained
from waitbench.report.answers import Answer, answers, of_run
from waitbench.report.headlines import headlines


def claim(name: str = "made-up", suites: tuple[str, ...] = ("stalls",)) -> Claim:
    return Claim(id=name, asks="It is.", suites=suites, place=50, method="Look.", find=lambda _: [])


def finding(verdict: str, sentence: str = "So it is.", **fields: object) -> Finding:
    return Finding(claim="made-up", verdict=verdict, sentence=sentence, **fields)  # type: ignore[arg-type]  # any field may be what a test is about


def answer(*findings: Finding) -> Answer:
    (answered,) = answers([claim()], findings, launches=4)
    return answered


@pytest.mark.parametrize(
    ("verdicts", "together"),
    [
        (["supported", "supported"], "supported"),
        (["refuted"], "refuted"),
        (["supported", "refuted", "undecided"], "conditional"),
        (["supported", "conditional"], "conditional"),
        (["supported", "undecided"], "undecided"),
        ([], "undecided"),
    ],
)
def test_verdicts_on_scenarios_make_one(verdicts: Sequence[str], together: str) -> None:
    made = answer(*(finding(verdict, scenario=str(n)) for n, verdict in enumerate(verdicts)))
    assert made.verdict == together


def test_verdicts_on_scenarios_are_counted() -> None:
    made = answer(finding("refuted"), finding("supported"), finding("refuted"))
    assert made.brief == "Refuted in 2 and supported in 1 of 3 scenarios"


@pytest.mark.parametrize(
    ("findings", "command"),
    [
        ([], "waitbench run stalls"),
        ([finding("undecided", "Who knows.")], "waitbench run stalls"),
        ([finding("undecided", "Who knows: `waitbench run x -k y`.")], "waitbench run x -k y"),
        ([finding("undecided", evidence=("a/b",))], "waitbench run stalls --launches 8"),
        ([finding("supported", "`waitbench run` said so.")], None),
    ],
)
def test_what_is_undecided_names_the_command_that_decides_it(
    findings: Sequence[Finding], command: str | None
) -> None:
    assert answer(*findings).command == command


def test_why_is_brief() -> None:
    long = f"It is so, {'and so ' * 30}on. And more."
    assert claims_table.why(answer(finding("supported", long))).endswith(" …")
    assert len(claims_table.why(answer(finding("supported", long)))) <= 110
    assert claims_table.why(answer(finding("refuted", "It is not. At 5 ms."))) == "It is not"
    assert claims_table.why(answer(finding("refuted", brief="not at all"))) == "not at all"
    assert claims_table.why(answer()) == "`waitbench run stalls` measures it"
    unsure = finding("undecided", "Perhaps.", evidence=("a/b",))
    again = "`waitbench run stalls --launches 8`"
    assert claims_table.why(answer(unsure)) == f"too unsure to call: Perhaps; {again}"


UNSURE = finding("undecided", "Perhaps.", evidence=("a/b",), effect=1_023.0)
IN_PART = finding("undecided", "Perhaps.", evidence=("a/b",), reason="partly measured")
HELD = finding("undecided", "Perhaps.", evidence=("a/b",), reason="held back")


@pytest.mark.parametrize(
    ("findings", "reason", "word", "why"),
    [
        ([], "not measured", "not measured", "`waitbench run stalls` measures it"),
        ([finding("undecided")], "not measured", "not measured", "`waitbench run stalls` measures"),
        ([UNSURE], "too unsure", "undecided", "too unsure to call: "),
        ([IN_PART], "partly measured", "undecided", "in part not measured: "),
        ([HELD], "held back", "undecided", "held back by the target: "),
        ([UNSURE, HELD], "held back", "undecided", "held back by the target: "),
        ([finding("supported", evidence=("a/b",))], None, "supported", "So it is"),
    ],
)
def test_what_was_not_measured_is_told_from_what_is_too_unsure(
    findings: Sequence[Finding], reason: str | None, word: str, why: str
) -> None:
    made = answer(*findings)
    assert (made.reason, made.word) == (reason, word)
    assert claims_table.why(made).startswith(why)


def test_no_figure_stands_beside_what_is_undecided() -> None:
    beside = next(col for col in claims_table.columns([answer(UNSURE)]) if col.head == "effect")
    assert beside.texts == ("-",)
    (headline,) = headlines([answer(UNSURE)], 0.95)
    assert (headline.figure, headline.sure) == ("", "too unsure to call")
    decided = finding("supported", evidence=("a/b",), effect=3.0, interval=(2.0, 4.0))
    (headline,) = headlines([answer(decided)], 0.95)
    assert headline.figure == "3.00 times as fast"


def table(answered: Sequence[Answer], width: int) -> str:
    return terminal.written(
        lambda console: claims_table.show(console, answered), width=width, color=False
    )


@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_claim_is_a_sentence_beside_its_verdict_with_its_id(
    tmp_path: Path, width: int
) -> None:
    made = full(tmp_path)
    text = table(answers(claims(), find_all(made), 4), width)
    assert max(map(cell_len, text.splitlines())) <= width
    words = " ".join(text.split())
    for asked in claims():
        assert f"({asked.id})" in words
        assert " ".join(asked.asks.split()) in words
    assert "`waitbench run io_bound` measures it" in words
    assert re.search(r"supported +Work that waits", words)
    assert re.search(r"30\.7 \[29\.\d, 31\.\d\] times as fast\. Waiting gains", words)


def test_what_a_claim_turns_on_stands_under_it() -> None:
    first, second = table([answer(finding("refuted", brief="it is not"))], 80).splitlines()[:2]
    assert first == "refuted  It is."
    assert second == "         It is not  (made-up)"


def test_results_that_decide_nothing_say_so() -> None:
    assert claims_table.legend([answer()])[0] == "These results decide none of the claims."
    assert "`waitbench run --full` measures them all." in claims_table.legend([answer()])
    decided = claims_table.legend([answer(finding("supported"))])
    assert decided == [claims_table.MORE]


def test_what_was_not_measured_is_listed_by_the_command_that_does_it() -> None:
    answered = answers([claim("a"), claim("b"), claim("c", ("x", "y"))], [], launches=4)
    assert claims_table.unmeasured(answered, main=True) == [
        "Not measured here: 3 claims. `waitbench run --full` measures them all. One by one:",
        "`waitbench run stalls`: a and b",
        "`waitbench run x y`: c",
    ]
    (line,) = claims_table.unmeasured(answered, main=False)
    assert line == "Not measured here: 3 claims; `waitbench claims` names them."
    assert (
        claims_table.unmeasured([answer(finding("supported", evidence=("a/b",)))], main=True) == []
    )


def test_the_markdown_table_has_a_row_for_each(tmp_path: Path) -> None:
    made = usual(tmp_path)
    grid, legend = claims_table.markdown(answers(claims(), find_all(made), 4))
    assert len(grid.splitlines()) == 2 + len(claims())
    assert "| supported | the most that waiting work gained (asyncio): 30.7 [" in grid
    assert "only from processes. | supported" in grid
    assert grid.splitlines()[2].endswith("| waiting-or-computing |")
    # Nothing lay beyond C*: that side of the claim was not measured.
    assert "| undecided | - | in part not measured: Wait and CPU" in grid
    assert "| not measured | - | `waitbench run io_bound` measures it |" in grid
    assert "`waitbench explain CLAIM` shows" in legend


# one claim explained


def page(tmp_path: Path, *findings: Finding, width: int = 80) -> str:
    """Explain a made-up claim on a run of one stalling loop."""
    of = scenario("stalls-n50", suite="stalls", baseline="free")
    saw = {"standstill_ns": 20 * MS, "most_at_once": 50, "lost": 0, "late_ns": 3000}
    made = summary(
        tmp_path,
        record(of, "free", shaken(50)),
        record(of, "to_thread", shaken(70)),
        seeing(record(of, "blocked", shaken(100), cpu_ms=64), saw),
        left_out=[
            {"suite": "stalls", "scenario": "stalls-n50", "model": "nix", "reason": "needs nix"},
            {"suite": "other", "scenario": "other", "model": "nox", "reason": "needs nox"},
        ],
    )
    text = terminal.written(
        lambda console: explained.show(console, answer(*findings), made), width=width, color=False
    )
    return " ".join(text.split())


def test_a_page_has_claim_verdict_evidence_method_and_commands(tmp_path: Path) -> None:
    decided = finding(
        "conditional",
        "It froze.",
        effect=20 * MS,
        interval=(18 * MS, 22 * MS),
        unit="ns",
        conditions=("above 10 ms",),
        evidence=("stalls-n50/blocked",),
    )
    text = page(tmp_path, decided)
    for part in (
        "claim: It is.",
        "verdict: conditional It froze.",
        "effect: 20.0 [18.0, 22.0] ms",
        "conditions: above 10 ms",
        "left out: nix in stalls-n50: needs nix",
        "how it is judged: Look.",
        "how it was measured: 36 timed rounds",
        "waitbench run stalls what decides this claim",
        "waitbench run --full every claim",
    ):
        assert part in text
    # The baseline of the evidence stands beside it; what is neither does not, nor other suites.
    assert "✚ free 50.0" in text
    assert "faster than free" in text
    assert "0.50 [0.50, 0.50] 2.00 client CPU" in text
    assert "✚ to_thread" not in text
    assert "nox" not in text


@pytest.mark.parametrize("width", [80, 200])
def test_what_was_seen_is_whole_on_every_terminal(tmp_path: Path, width: int) -> None:
    text = page(tmp_path, finding("refuted", evidence=("stalls-n50/blocked",)), width=width)
    for head in ("standstill", "most at once", "lost", "late"):
        assert head in text


def test_a_page_without_evidence_names_the_command(tmp_path: Path) -> None:
    text = page(tmp_path)
    assert "verdict: not measured Nothing in these results speaks to it." in text
    assert "Evidence" not in text
    assert "waitbench run stalls what decides this claim" in text


def test_evidence_that_is_not_in_the_run_is_no_error(tmp_path: Path) -> None:
    assert "Evidence" not in page(tmp_path, finding("supported", evidence=("gone/sync",)))


def test_claims_about_interpreters_need_those_and_no_full_run() -> None:
    across = replace(claim("c"), across=True)
    answered = answers([claim("a"), across], [], launches=4, pythons="3.14,3.15")
    assert "`waitbench run --full` measures all but c." in claims_table.legend(answered)
    first, *_ = claims_table.unmeasured(answered, main=True)
    assert first.endswith("`waitbench run --full` measures all but c. One by one:")
    # What found none to compare under these two needs others.
    assert [each.command for each in answered] == [
        "waitbench run stalls --python 3.14,3.15",
        across.command,
    ]


def test_what_a_run_tells_to_type_next_repeats_its_interpreters(tmp_path: Path) -> None:
    options = {"launches": 3, "python": "3.14,/opt/a b/python"}
    waiting = scenario("sleep-10ms-n8-c2", workload="sleep", concurrency=2)
    walls: dict[str, float | str] = {"sync@3.14": "60?", "asyncio@3.14": "60?"}
    made = summary(tmp_path, *under(waiting, walls), options=options)
    found = find_all(made)
    again = "--python '3.14,/opt/a b/python'"
    commands = [
        command
        for each in found
        for command in re.findall(r"`(waitbench run[^`]*)`", each.sentence)
    ]
    assert commands
    assert all(command.count("--python") == 1 for command in commands)
    assert all(
        again in each.command
        for each in of_run(made, found)
        if each.command and not each.claim.across
    )
    (following,) = [line.text for line in closing.lines(made, found, str) if line.word == "Next"]
    assert again in following
