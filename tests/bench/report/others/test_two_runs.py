"""Two runs of one suite: matched by full name, the largest change first, and honest about it."""

from pathlib import Path
from typing import Any

import pytest

from tests.bench.others import benchmark, machine, plain, write
from tests.bench.results.test_formats import ASV, PYPERF
from waitbench.cli import main
from waitbench.commands._others import compared, of_folder
from waitbench.report.others import written
from waitbench.report.others.page import Page
from waitbench.results.load import load
from waitbench.scenario import BenchError

BEFORE = plain(
    benchmark("test_sum[a10]", 5.10e-6, params={"spec": "Spec at 0x7e0000000000"}),
    benchmark("test_sum[b10]", 9.90e-6, params={"spec": "Spec at 0x7e0000000010"}),
    benchmark("test_key[a10]", 22.0e-6),
    benchmark("test_gone"),
)
AFTER = plain(
    benchmark("test_sum[a10]", 3.80e-6, params={"spec": "Spec at 0x7a1230000000"}),
    benchmark("test_sum[b10]", 12.4e-6, params={"spec": "Spec at 0x7a1230000010"}),
    benchmark("test_key[a10]", 21.8e-6),
    benchmark("test_new"),
    commit_info={"id": "2" * 40, "dirty": True, "branch": "main"},
)


def page(tmp_path: Path, *documents: Any) -> Page:
    paths = [
        write(tmp_path / f"run{number}.json", content) for number, content in enumerate(documents)
    ]
    made = compared([load(path, foreign=True) for path in paths])
    assert made is not None
    return made


def columns(made: Page) -> dict[str, tuple[str, ...]]:
    return {column.head: column.texts for column in made.tables[0].columns}


def test_the_largest_change_stands_first_and_names_match_in_full(tmp_path: Path) -> None:
    made = page(tmp_path, BEFORE, AFTER)
    shown = columns(made)
    assert shown["benchmark"] == ("test_sum[a10]", "test_sum[b10]", "test_key[a10]")
    assert shown["ratio"] == ("0.75", "1.25", "0.99")
    assert shown["before"] == ("5.10", "9.90", "22.0")
    assert "95 %" not in shown
    assert dict(made.notes) == {"New": ["test_new"], "Vanished": ["test_gone"]}
    runs = dict(made.runs)
    for fact in ("run0.json", "1111111, on main", "2026-03-01", "Example CPU", "3.12.4", "5.2.3"):
        assert fact in runs["before"]
    assert "2222222 + changes, on main" in runs["after"]


def test_rows_of_a_test_that_was_run_again_are_paired_with_nothing(tmp_path: Path) -> None:
    again = plain(
        benchmark("test_flaky", 50.1e-3), benchmark("test_flaky", 10.1e-3), benchmark("test_calm")
    )
    made = page(tmp_path, plain(benchmark("test_flaky", 10.0e-3), benchmark("test_calm")), again)
    assert columns(made)["benchmark"] == ("test_calm",)
    ((title, names),) = made.notes
    assert title.startswith("Not compared")
    assert len(names) == 1
    assert "test_flaky" in names[0]


def test_it_says_what_is_not_known_and_what_would_tell(tmp_path: Path) -> None:
    (honest,) = page(tmp_path, BEFORE, AFTER).alerts
    assert "identical code" in honest
    assert "no verdict" in honest
    assert "`waitbench gate --base 1111111`" in honest


def test_what_differs_beside_the_code_stands_first(tmp_path: Path) -> None:
    other = machine(python_version="3.13.1", cpu={"count": 2, "brand_raw": "Example CPU 900"})
    first = page(tmp_path, BEFORE, AFTER | {"machine_info": other}).alerts[0]
    for fact in ("Example CPU 900", "cores (4, then 2)", "Python (3.12.4, then 3.13.1)"):
        assert fact in first


def test_two_runs_of_several_processes_have_intervals(tmp_path: Path) -> None:
    made = page(tmp_path, PYPERF, PYPERF)
    shown = columns(made)
    assert shown["ratio"] == ("1.00",)
    low, high = (float(end) for end in shown["95 %"][0].strip("[]").split(", "))
    assert low < 1 < high
    assert "Unpaired" in made.alerts[0]


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "latex", "csv", "json"])
def test_a_comparison_has_every_format(tmp_path: Path, form: str) -> None:
    shown = written(form, page(tmp_path, BEFORE, AFTER)).replace("\\", "").replace("{", "")
    assert "test_sum" in shown
    assert "0.745" in shown or "0.75" in shown
    assert "secret-host" not in shown


def runs(folder: Path, *figures: float, odd: int | None = None) -> Path:
    for number, figure in enumerate(figures, 1):
        facts = machine(cpu={"count": 4, "brand_raw": "Faster CPU"}) if number == odd else machine()
        both = benchmark("test_render", 0.03), benchmark("test_query", figure / 1000)
        write(folder / f"{number:04d}_run.json", plain(*both, machine_info=facts))
    return folder


def test_a_folder_is_a_series_with_the_run_from_which_on_it_changed(tmp_path: Path) -> None:
    folder = runs(tmp_path / "s", 10.0, 10.1, 7.0, 9.9, 10.0, 13.1, 13.0, 13.2, odd=3)
    made = of_folder(folder)
    shown = columns(made)
    assert shown["benchmark"] == ("test_query", "test_render")
    assert (shown["first"][0], shown["last"][0]) == ("10.0", "13.1")
    assert shown["from"] == ("0006_run.json", "-")
    assert shown["runs"] == ("7", "7")
    assert made.alerts[0].startswith("0003_run.json is not compared")
    assert "Faster CPU" in made.alerts[0]


def test_a_short_series_says_that_it_is_one(tmp_path: Path) -> None:
    made = of_folder(runs(tmp_path / "s", 10.0, 10.1, 13.0))
    assert any("too few" in alert for alert in made.alerts)


def test_a_folder_without_two_runs_is_none(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="takes two"):
        of_folder(runs(tmp_path / "s", 10.0))


def test_the_commands_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(write(tmp_path / "a.json", BEFORE)), str(write(tmp_path / "b.json", AFTER))]
    assert main(["compare", *paths]) == 0
    compared_text = capsys.readouterr().out
    assert main(["report", *paths]) == 0
    assert capsys.readouterr().out == compared_text
    assert main(["compare", *paths, "-o", str(tmp_path / "both.md")]) == 0
    assert "0.75" in (tmp_path / "both.md").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["compare", *paths, "--figures", "svg", "-o", str(tmp_path / "d")]) == 2
    assert "no pictures" in capsys.readouterr().err
    assert main(["compare", paths[0]]) == 2
    assert "two results files" in capsys.readouterr().err
    assert main(["compare", str(runs(tmp_path / "s", 10.0, 10.1))]) == 0


def test_a_folder_of_asv_is_a_series_by_date(tmp_path: Path) -> None:
    for number, (commit, seconds) in enumerate([("b", 0.001), ("a", 0.002)]):
        results = {"bench.time_sum": [[seconds], [], "v"]}
        write(
            tmp_path / f"machine/{commit}{'1' * 7}-py3.12.json",
            {**ASV, "results": results, "date": 1767225600000 + number},
        )
    write(tmp_path / "machine/machine.json", {"machine": "secret-host"})
    made = of_folder(tmp_path / "machine")
    assert made.title == "b1111111-py3.12.json and a1111111-py3.12.json: 1 benchmark in both"
    assert columns(made)["ratio"] == ("2.00",)


def test_runs_of_one_commit_have_no_change_of_code(tmp_path: Path) -> None:
    other = machine(python_version="3.13.1")
    first = page(tmp_path, BEFORE, BEFORE | {"machine_info": other}).alerts[0]
    assert "Python (3.12.4, then 3.13.1)" in first
    assert "no change is due to the code" in first
    assert "no change is due to the code" in page(tmp_path, BEFORE, BEFORE).alerts[0]


def test_a_series_in_which_nothing_changed_has_no_column_for_where(tmp_path: Path) -> None:
    runs = [
        load(write(tmp_path / f"{number}.json", plain(benchmark("test_a"))), foreign=True)
        for number in range(3)
    ]
    page = compared(runs)
    assert page is not None
    assert [column.head for column in page.tables[0].columns] == [
        *("benchmark", "first", "last", "ratio", "runs"),
    ]
    assert "from" not in dict(page.reading)
