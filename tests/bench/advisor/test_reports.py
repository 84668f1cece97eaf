"""Advice in words, JSON, Markdown and a page."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.bench.analysis.test_winner_map import cell
from tests.bench.synthetic import summary
from waitbench.advisor import reasons, text
from waitbench.advisor.api import AdviceReport
from waitbench.advisor.code_example import code_example
from waitbench.advisor.json_report import as_json
from waitbench.advisor.on_measured_map import spot
from waitbench.advisor.page import page
from waitbench.advisor.predicted_map import picture
from waitbench.advisor.question import Question

if TYPE_CHECKING:
    from pathlib import Path

from tests.bench.advisor.probes import advised, fit, probe, raced


def test_the_bound_is_one_plain_sentence() -> None:
    assert reasons.bound(advised(probe(20, held=5))) == (
        "Waits overlap, but the lock admits one call at a time: threads reach 5.00x at most, and "
        "2 cores compute at once: processes reach 10.0x at most."
    )


def test_half_the_wait_changes_the_answer() -> None:
    words = reasons.changes(advised(probe(20, held=5)))
    assert words.startswith("with half the wait: ")
    assert "with 4 cores: " in words


def test_what_hardly_waits_is_not_said_to_wait_for_somebody() -> None:
    for wait, said_so in ((20, True), (0.02, False)):
        probed = probe(wait, held=1)
        advice = replace(advised(probed), fitted=replace(fit(probed), capacity=0.2))
        assert ("what it waits for serves" in reasons.bound(advice)) is said_so


def test_where_nothing_waits_the_reasons_do_not_speak_of_waits() -> None:
    advice = advised(probe(0, held=20))
    assert reasons.bound(advice) == (
        "Hardly anything waits; the lock admits one call at a time: threads reach 1.00x at most, "
        "and 2 cores compute at once: processes reach 2.00x at most."
    )
    assert reasons.changes(advice) == "with 4 cores: processes 4.00x at 4 (predicted)."
    assert "lock" not in reasons.bound(advised(probe(0, held=1, free=9)))
    free = advised(probe(0, free=20))
    assert reasons.made_of(free.fitted.demand) == (
        "one call takes 20 ms: 20 ms computing without the lock."
    )
    assert reasons.bound(free) == (
        "Hardly anything waits; 2 cores compute at once: threads and processes reach 2.00x at most."
    )


def test_what_is_assumed_of_asyncio_is_said() -> None:
    assert "assumed" in dict(text.paragraphs(advised(probe(20))))


def test_json_and_markdown_carry_the_same_sentence() -> None:
    advice = advised(probe(20), raced("sync", 1, None), raced("threads", 16, 15.5))
    document = json.loads(as_json(advice))
    assert document["sentence"] == text.sentence(advice)
    assert document["advice"]["model"] == "threads"
    assert document["measured"][1]["interval"] == [pytest.approx(13.95), pytest.approx(17.05)]
    assert text.sentence(advice) in text.markdown(advice)
    assert text.markdown(advice).rstrip().endswith("```")
    assert str(AdviceReport(advice=advice)).startswith(text.sentence(advice))


@pytest.mark.parametrize("model", ["threads", "processes", "asyncio"])
@pytest.mark.parametrize("items", ["", "[1, 2]"])
def test_an_example_is_python(model: str, items: str) -> None:
    question = Question(function="src/shop.py:fetch", items=items, args='{"url": "x"}')
    written = code_example(question, model, 8)
    compile(written, "sketch", "exec")
    assert "from shop import fetch" in written
    assert items or "items" not in written or model == "asyncio"
    assert "sys.path.insert(0, 'src')" in written  # it does not lie where one stands
    assert len(written.strip().splitlines()) <= 16


def test_the_map_names_winners_and_rings_the_function() -> None:
    shown = picture(advised(probe(20, held=5)))
    assert shown.caption == "fetch waits 20 ms and computes 5 ms: the ring is where it lies."
    cells, ring = shown.spec["layer"][0]["data"]["values"], shown.spec["layer"][-1]
    assert ring["data"]["values"] == [{"wait": 20.0, "computing": 5.0}]
    assert len(cells) == 36
    winners = {
        cell["winner"].partition(" ")[0]
        for cell in cells
        if cell["wait"] < 20 <= cell["wait_end"] and cell["computing"] < 5 <= cell["computing_end"]
    }
    computes = max(cells, key=lambda cell: cell["computing"] / cell["wait"])
    assert winners == {"processes"}
    assert computes["winner"] == "processes 2.00x"  # two cores
    waits = max(cells, key=lambda cell: cell["wait"] / cell["computing"])
    assert waits["winner"].startswith("threads 4")  # 48 calls, the plainest of those that wait


def test_a_function_that_never_waits_lies_at_the_rim() -> None:
    assert picture(advised(probe(0, held=5))).caption.endswith("At the rim it lies beyond.")


def test_a_measured_map_stands_beside_the_predicted_one_in_every_form(tmp_path: Path) -> None:
    advice = advised(probe(10, held=1), raced("threads", 16, 8.0))
    run = summary(tmp_path, *cell({"sync": 176, "asyncio": 44}))
    spotted = spot(advice.probe.alone.demand, "shop:fetch", run)
    written = page(advice, spotted)
    assert written.count("<svg") == 2
    assert spotted.picture.title in written
    assert f"- **on the map of {spotted.run}**: {spotted.words}" in text.markdown(advice, spotted)
    assert f"on the map of {spotted.run}: {spotted.words}" in text.plain(advice, spotted)
    (nearest,) = json.loads(as_json(advice, spotted))["nearest_measured"]
    assert nearest == {"scenario": "mixed-10ms-10_000-n16-c4", "level": ["asyncio"]}
    assert json.loads(as_json(advice))["nearest_measured"] is None


def test_the_page_holds_the_sentence_the_map_and_the_example_and_escapes_all() -> None:
    advice = advised(probe(20, refused={"processes": "<b>no</b>"}), raced("threads", 16, 15.5))
    written = page(advice)
    assert text.sentence(advice) in written
    assert "<h1>Use threads, 16 workers</h1>" in written
    assert "<svg" in written
    assert "from shop import fetch" in written
    assert "&lt;b&gt;no&lt;/b&gt;" in written
    assert "<b>no" not in written


def test_the_example_for_what_is_awaited_runs_it_on_a_loop_of_each_worker() -> None:
    question = Question(function="shop:load", coroutine="shop:load", items="[1, 2]")
    written = code_example(question, "threads", 4)
    compile(written, "example.py", "exec")
    assert "return asyncio.run(load(*given, **named))" in written
    assert "pool.map(call, items)" in written
    awaited = code_example(question, "asyncio", 4)
    compile(awaited, "example.py", "exec")
    assert "await load(item)" in awaited
