from pathlib import Path

import pytest

from tests.bench.builds import under
from tests.bench.synthetic import computing, summary
from waitbench.analysis.comparison import Summary
from waitbench.charts import builds
from waitbench.findings import find_all
from waitbench.report import build_tables, render

FACTS = [
    {"label": "3.14", "python": "3.14.2", "implementation": "CPython", "profile_guided": False}
]


@pytest.fixture
def made(tmp_path: Path) -> Summary:
    walls: dict[str, float | str] = {
        "sync@3.14": 60,
        "threads@3.14": 66,
        "sync@3.14t": 90,
        "threads@3.14t": 33,
        "sync@3.15+jit": 60.2,
        "threads@3.15+jit": "66?",
    }
    of = computing("compute-n8-c2", concurrency=2)
    return summary(tmp_path, *under(of, walls), builds=FACTS)


def test_a_table_says_who_gains_from_which_interpreter(made: Summary) -> None:
    (table,) = build_tables.tables(made)
    cells = {column.head: column.texts for column in table.columns}
    assert cells["model"] == ("sync", "threads")
    assert cells["3.14"][0] == "baseline"
    assert cells["3.14"][1].startswith("0.91 [")
    assert cells["3.14t"][0].startswith("0.67 - [")
    assert cells["3.14t"][1].startswith("2.00 + [")
    assert cells["3.15+jit"][0].startswith("1.00 = [")
    assert cells["3.15+jit"][1].startswith("1.00 ? [")
    assert table.first == "The least time: threads@3.14t, 33 ms."
    assert build_tables.narrow(table)[2].texts == ("0.67 -", "2.00 +")


def test_the_legend_says_what_each_was(made: Summary) -> None:
    first, free, jit = build_tables.legend(made)
    assert first == "3.14: CPython 3.14.2, not optimised by profile"
    assert free.endswith("without the GIL")
    assert jit.endswith("with the JIT")


def test_the_legend_says_how_pools_start_and_what_a_first_one_waits_for(tmp_path: Path) -> None:
    rows = under(computing("compute-n8-c2", concurrency=2), {"sync@3.13": 60, "sync@3.14": 60})
    for row, ms in zip(rows, (180, 90), strict=True):
        usual = "fork" if row["model"] == "sync@3.13" else "forkserver"
        row["state"] = {
            **row["state"],
            "start_method": "forkserver",
            "default_start_method": usual,
            "first_pool_ns": ms * 1_000_000,
        }
    older, newer = build_tables.legend(summary(tmp_path, *rows))
    assert "pools by forkserver (its default is fork), a program's first pool" in older
    assert older.endswith("waits 180 ms more for it")
    assert newer.endswith("pools by forkserver, a program's first pool waits 90 ms more for it")
    for row in rows:
        del row["state"]["first_pool_ns"]
    older, newer = build_tables.legend(summary(tmp_path, *rows))
    assert older.endswith("pools by forkserver (its default is fork)")
    assert newer.endswith("pools by forkserver")


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "json"])
def test_every_format_has_it(made: Summary, form: str) -> None:
    text = render(form, made, find_all(made))
    assert "threads@3.14t" in text.replace("\u200b", "")
    assert ("Interpreters" if form != "json" else '"warm_up_ns"') in text


def test_the_picture_has_a_field_for_each_model(made: Summary) -> None:
    picture = builds.draw(made)
    assert picture is not None
    (scenario,) = picture.spec["vconcat"]
    assert [field["title"]["text"] for field in scenario["hconcat"]] == ["sync", "threads"]
    facts = {(fact["model"], fact["build"]): fact for fact in picture.spec["data"]["values"]}
    assert set(facts) == {
        (model, build) for model in ("sync", "threads") for build in ("3.14t", "3.15+jit")
    }
    assert facts["threads", "3.14t"]["gain"] == pytest.approx(2.0, rel=0.01)
    assert not facts["threads", "3.15+jit"]["decided"]
    assert "threads under 3.14t gained most: 2.00" in picture.caption
    assert "sync under 3.14t lost most: 0.67" in picture.caption
