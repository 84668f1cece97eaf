"""Which tables a report shows, what it folds away, and what only some suites have."""

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.bench.report.runs import FOR_PEOPLE, full, seeing, usual
from tests.bench.synthetic import record, scenario, shaken, summary
from waitbench.findings import find_all
from waitbench.report import format_names, prose, remarks, render, suites, tables
from waitbench.report.formats import terminal
from waitbench.scenario import BenchError


def test_a_full_run_begins_with_the_claims_and_folds_the_questions_away(tmp_path: Path) -> None:
    made = full(tmp_path)
    text = terminal.render(made, find_all(made))
    assert text.startswith("Claims ──")
    assert text.index("http-50ms-n32-c32") < text.index("Further questions")
    assert "`waitbench report 0007 --suite NAME` shows the tables of:" in text
    assert "stalls  2 scenarios" in text
    assert "stalls-20ms-n50-c50  " not in text
    assert "Findings" not in text


def test_markdown_folds_with_details(tmp_path: Path) -> None:
    made = full(tmp_path)
    text = render("markdown", made, find_all(made))
    front, _, behind = text.partition("## Further questions")
    assert "<summary>The findings in full</summary>\n\n- **supported**" in front
    assert "<details>\n<summary>stalls (2 scenarios)</summary>\n\n### stalls-20ms" in behind
    assert text.count("<details>") == text.count("</details>") == 3


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_a_suite_that_is_asked_for_is_all_there_is(tmp_path: Path, form: str) -> None:
    made = full(tmp_path)
    text = render(form, made, find_all(made), only=["stalls"])
    assert "stalls-20ms-n50-c50" in text
    assert "stalls-5ms-n50-c50" in text
    assert "standstill" in text
    for gone in ("http-50ms", "order-n10", "Claims", "Findings", "The same run again"):
        assert gone not in text


@pytest.mark.parametrize("form", format_names())
def test_an_unknown_suite_gets_the_list_of_those_there_are(tmp_path: Path, form: str) -> None:
    with pytest.raises(BenchError, match="no suite 'nix'; there are io_bound, cpu_bound, stalls"):
        render(form, full(tmp_path), [], only=["stalls", "nix"])


def test_a_run_of_questions_alone_shows_them(tmp_path: Path) -> None:
    made = full(tmp_path)
    made = replace(
        made,
        scenarios=tuple(
            comparison for comparison in made.scenarios if comparison.suite == "stalls"
        ),
    )
    text = terminal.render(made, find_all(made))
    assert "Further questions" not in text
    assert "stalls-20ms-n50-c50  " in text
    assert "`waitbench claims` names them" in text


def test_the_usual_run_lists_what_it_did_not_measure(tmp_path: Path) -> None:
    made = usual(tmp_path)
    text = " ".join(terminal.render(made, find_all(made)).split())
    assert "Not measured here: " in text
    assert "`waitbench run io_bound`: concurrency-not-the-library" not in text  # in `claims`


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("only", [(), ("stalls", "order")])
def test_a_full_report_fits(tmp_path: Path, width: int, only: tuple[str, ...]) -> None:
    made = full(tmp_path)
    for line in terminal.render(made, find_all(made), only=only, width=width).splitlines():
        assert cell_len(line) <= width


def test_a_name_of_the_file_is_only_text_in_the_line_of_a_fold(tmp_path: Path) -> None:
    evil = "<b>@all</b>"
    made = summary(
        tmp_path,
        record(scenario(), "sync", shaken(50)),
        record(scenario("x", suite=evil), "sync", shaken(50)),
    )
    text = render("markdown", made, [])
    assert "<summary>&lt;b&gt;@\u200ball&lt;/b&gt; (1 scenario)</summary>" in text


def test_the_question_of_a_suite_is_the_first_line_of_its_file() -> None:
    assert suites.question("control").startswith("The control: does the harness see")
    assert (suites.question("io_bound"), suites.question("gone")) == ("", "")


# columns that only some suites have


def test_the_baseline_is_named_in_the_heading(tmp_path: Path) -> None:
    made = full(tmp_path)
    wide = terminal.render(made, [], only=["order"], width=120)
    assert "faster than gather" in wide
    assert "faster than gather: 2.00 is half the time" in wide
    both = terminal.render(made, [], only=["order", "stalls"], width=120)
    assert "faster than …: 2.00 is half the time" in both


def test_what_a_workload_counts_is_a_column_where_a_row_has_it(tmp_path: Path) -> None:
    stalls = next(
        comparison
        for comparison in full(tmp_path).scenarios
        if comparison.name == "stalls-20ms-n50-c50"
    )
    columns = {column.head: column for column in tables.metrics(stalls.rows)}
    assert columns["standstill"].unit == "ms"
    assert columns["standstill"].cells == ("-", "20.5 (19.5 to 40.0)")
    assert columns["most at once"].unit == ""
    assert columns["most at once"].cells == ("1", "50")
    assert tables.metrics(full(tmp_path).scenarios[0].rows) == []


def test_what_tells_rows_apart_stays_longest_on_a_narrow_terminal(tmp_path: Path) -> None:
    of = scenario()
    rows = [
        seeing(record(of, model, shaken(50)), {"calls": 20, "ran": ran})
        for model, ran in (("sync", 20), ("asyncio", 0))
    ]
    ranks = {
        column.head: column.rank
        for column in tables.metrics(summary(tmp_path, *rows).scenarios[0].rows)
    }
    assert ranks["calls"] > ranks["ran"]


def test_who_was_left_out_is_said_once_for_each_reason(tmp_path: Path) -> None:
    made = full(tmp_path)
    sentence = "left out: free_threads in stalls-5ms-n50-c50 and stalls-20ms-n50-c50: needs 3.13t"
    assert prose.left_out(made) == prose.left_out(made, ["stalls"]) == [sentence]
    assert prose.left_out(made, ["order"]) == []
    for form in FOR_PEOPLE:
        assert sentence in " ".join(render(form, made, find_all(made)).split())


def test_an_unfair_race_is_a_warning(tmp_path: Path) -> None:
    made = usual(tmp_path)
    first = replace(made.scenarios[0], unfair=("asyncio kept its connections, sync did not",))
    made = replace(made, scenarios=(first, *made.scenarios[1:]))
    remark = "! asyncio kept its connections, sync did not."
    assert remarks.remarks(first, made.methods)[0] == remark
    assert any("Not a fair race: http-50ms-n32-c32" in alert for alert in prose.alerts(made))
    for form in FOR_PEOPLE:
        assert remark in render(form, made, [])
