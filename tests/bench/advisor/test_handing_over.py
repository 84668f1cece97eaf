"""What the items of a call are like, and what is told of it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.bench.advisor.probes import MS, fit, probe
from waitbench.advisor import text
from waitbench.advisor.advice import Advice, advise
from waitbench.advisor.code_example import code_example
from waitbench.advisor.handing_over import by_index, caveat, why_import, why_memory
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


def test_what_any_call_costs_is_no_weight() -> None:
    light = Answers(items=6, item_bytes=19, item_pack_ns=2000, item_unpack_ns=2000)
    probed = Probe(alone=probe(0, held=0.017, answers=light).alone)
    remarks = advise(FRAMES, probed, fit(probed), 48).remarks
    assert not [remark for remark in remarks if "weighs" in remark]
    small = replace(light, item_pack_ns=MS)
    probed = Probe(alone=replace(probed.alone, answers=small))
    remarks = advise(FRAMES, probed, fit(probed), 48).remarks
    assert [remark for remark in remarks if "weighs 19 bytes pickled" in remark]


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


def test_what_keeps_its_result_remembers_if_its_first_call_was_the_longest() -> None:
    alone = probe(0, held=0.002).alone
    keeping = replace(alone, answers=Answers(keeps_result=True))
    why = why_memory(FRAMES, replace(keeping, first_ns=40 * MS, calls=9))
    assert "it keeps what it gives back (its first call took 40 ms" in why
    assert why_memory(FRAMES, replace(keeping, first_ns=2000, calls=9)) == ""


def test_an_item_that_is_used_up_is_no_memory() -> None:
    alone = probe(0, held=0.002).alone
    seen = Memory(items=4, first_ns=40.0 * MS, later_ns=2000.0)
    used_up = Answers(changes_item=True, item_shared=True, item_refused="TypeError: a lock")
    why = why_memory(FRAMES, replace(alone, memory=seen, answers=used_up))
    assert "uses its item up" in why
    assert "TypeError: a lock" in why
    assert "memory" not in why


def test_what_a_long_first_call_left_is_told_as_far_as_it_is_known() -> None:
    left = _computing(FRAMES, Answers(), first_ns=900 * MS)
    assert any("an answer that it remembers" in remark for remark in left.remarks)
    imported = _computing(FRAMES, Answers(first_imports=40), first_ns=900 * MS)
    assert any("imports (40 modules)" in remark for remark in imported.remarks)
    assert not any("remembers" in remark for remark in imported.remarks)
    others = Memory(items=4, first_ns=20.0 * MS, later_ns=20.0 * MS, longest_ns=21.0 * MS)
    once = _computing(FRAMES, Answers(), first_ns=900 * MS, memory=others)
    assert any("made or opened something once" in remark for remark in once.remarks)
    assert not any("remembers" in remark for remark in once.remarks)


def test_the_first_line_says_what_a_short_call_was_before() -> None:
    alone = probe(0, held=0.003).alone
    assert "took 40 ms" in caveat(replace(alone, first_ns=40 * MS, calls=9))
    imported = replace(alone, answers=Answers(first_imports=40))
    assert caveat(replace(imported, first_ns=40 * MS, calls=9)) == ""
    assert caveat(replace(alone, first_ns=4000, calls=9)) == ""
    assert caveat(replace(probe(0, held=3).alone, first_ns=40 * MS, calls=9)) == ""


def test_what_the_first_call_used_up_is_named() -> None:
    used = _computing(FRAMES, Answers(changed_first=["ROWS"]), first_ns=900 * MS)
    assert any("first call changed ROWS" in remark for remark in used.remarks)
    alike = _computing(FRAMES, Answers(changed_first=["ROWS"]))
    assert not any("first call changed ROWS" in remark for remark in alike.remarks)


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
