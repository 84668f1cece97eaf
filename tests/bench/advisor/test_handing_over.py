"""What the items of a call are like, and what is told of it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.bench.advisor.probes import MS, fit, probe
from waitbench.advisor import text
from waitbench.advisor.advice import Advice, advise
from waitbench.advisor.code_example import code_example
from waitbench.advisor.handing_over import by_index, why_import, why_memory
from waitbench.advisor.probe import Probe
from waitbench.advisor.question import Question
from waitbench.advisor.race import evened
from waitbench.profiling.memory import Memory
from waitbench.user_code.answers import Answers

FRAMES = Question(function="frames.py:brightness", items="frames.py:frames", dry=True)
HEAVY = Answers(
    items=6, item_bytes=9_000_000, item_pack_ns=30 * MS, item_unpack_ns=80 * MS, prints={"0": "1"}
)


def _computing(question: Question, answers: Answers, **alone: Any) -> Advice:
    probed = probe(0, held=20, answers=answers)
    probed = Probe(alone=replace(probed.alone, **alone))
    return advise(question, probed, fit(probed), 48)


def test_heavy_items_are_weighed_and_handed_by_index() -> None:
    advice = _computing(FRAMES, HEAVY)
    assert text.verdict(advice) == "use processes, 2 workers, handed an index and not the item"
    (remark,) = [remark for remark in advice.remarks if "weighs" in remark]
    assert "weighs 9.00 MB pickled" in remark
    assert "takes 110 ms or more, where a call takes 20 ms" in remark
    # Two cores share 20 ms of computing and 80 ms of unpickling: 20 / 50.
    assert "would gain 0.40x at most" in remark
    written = text.code(advice)
    assert "pool.map(call, range(count)" in written
    assert "pool.map(brightness, items" not in written


@pytest.mark.parametrize("answers", [Answers(items=6, item_bytes=30, item_pack_ns=2000)])
def test_light_items_are_handed_over_as_they_are(answers: Answers) -> None:
    advice = _computing(FRAMES, answers)
    assert text.verdict(advice) == "use processes, 2 workers"
    assert "pool.map(brightness, items" in text.code(advice)
    assert not [remark for remark in advice.remarks if "weighs" in remark]


def test_items_typed_as_json_have_no_function_that_makes_them() -> None:
    assert not by_index(replace(FRAMES, items="[1, 2]"), probe(0, 20, answers=HEAVY).alone)


def test_items_that_cannot_travel_are_handed_by_index_too() -> None:
    advice = _computing(FRAMES, Answers(items=2, item_refused="TypeError: a lock"))
    assert any("cannot travel" in remark for remark in advice.remarks)
    assert "items[number]" in text.code(advice)


@pytest.mark.parametrize(
    ("answers", "force", "refused"),
    [
        (Answers(imported="took 2 s", job_at_import=True), True, True),
        (Answers(imported="took 5 s", long_import=True), False, True),
        (Answers(imported="took 5 s", long_import=True), True, False),
        (Answers(imported="printed 13 bytes"), False, False),
        (Answers(), False, False),
    ],
)
def test_a_job_at_import_is_refused_with_its_cure(
    answers: Answers, *, force: bool, refused: bool
) -> None:
    why = why_import(replace(FRAMES, force=force), answers)
    assert ('if __name__ == "__main__":' in why) is refused


def test_a_memory_is_not_taken_for_the_work() -> None:
    alone = probe(0, held=0.002).alone
    seen = Memory(items=4, first_ns=40.0 * MS, later_ns=2000.0)
    assert "40 ms" in why_memory(FRAMES, replace(alone, memory=seen))
    cached = replace(alone, answers=Answers(hits=49), first_ns=40 * MS)
    assert "__wrapped__" in why_memory(FRAMES, cached)
    assert why_memory(FRAMES, alone) == ""
    assert why_memory(FRAMES, replace(alone, memory=replace(seen, later_ns=30.0 * MS))) == ""


def test_a_first_call_that_only_computes_is_told_from_one_that_imports() -> None:
    computed = _computing(FRAMES, Answers(), first_ns=900 * MS, first_cpu_ns=880 * MS)
    assert any("importing nothing" in remark for remark in computed.remarks)
    imported = _computing(
        FRAMES, Answers(first_imports=40), first_ns=900 * MS, first_cpu_ns=880 * MS
    )
    assert any("imports (40 modules)" in remark for remark in imported.remarks)
    assert not any("importing nothing" in remark for remark in imported.remarks)

    waited = _computing(FRAMES, Answers(), first_ns=900 * MS, first_cpu_ns=MS)
    assert any("or an answer that it remembers" in remark for remark in waited.remarks)


def test_what_the_first_call_used_up_is_named() -> None:
    used = _computing(FRAMES, Answers(changed_first=["ROWS"]))
    assert any("first call changed ROWS" in remark for remark in used.remarks)


def test_a_heavy_result_is_weighed() -> None:
    heavy = _computing(FRAMES, Answers(pickled_bytes=8_000_000, pickled_ns=30 * MS))
    assert any("result weighs 8.00 MB" in remark for remark in heavy.remarks)
    light = _computing(FRAMES, Answers(pickled_bytes=21, pickled_ns=9000))
    assert not any("result weighs" in remark for remark in light.remarks)


def test_a_round_has_all_items_equally_often_or_a_fair_draw_of_them() -> None:
    assert evened(40, 6) == 36
    assert evened(40, 100) == 24 == evened(40)
    assert evened(12, 7) == 12  # seven calls are no round
    drawn = _computing(FRAMES, Answers(items=1000))
    assert any("a fair draw of 48 of its 1,000 items" in remark for remark in drawn.remarks)
    assert not any("fair draw" in remark for remark in _computing(FRAMES, HEAVY).remarks)


def test_calls_that_differ_are_told() -> None:
    mixed = _computing(FRAMES, Answers(), spreads=(0.2,) * 18 + (8.0, 8.0))
    assert any(remark.startswith("Calls differ") for remark in mixed.remarks)
    alike = _computing(FRAMES, Answers(), spreads=(0.9, 1.1) * 10)
    assert not any(remark.startswith("Calls differ") for remark in alike.remarks)


@pytest.mark.parametrize("model", ["threads", "processes", "asyncio"])
@pytest.mark.parametrize("items", ["", "[1, 2]", "shop:numbers"])
def test_an_objects_method_is_called_on_the_object(model: str, items: str) -> None:
    question = Question(
        function="shop.py:cart.total", coroutine="shop.py:cart.total_async", items=items
    )
    written = code_example(question, model, 2)
    compile(written, "example", "exec")
    assert "import cart\n" in written or "import cart, " in written
    assert "import cart.total" not in written
