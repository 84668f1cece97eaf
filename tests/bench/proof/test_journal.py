import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.proof.races import race
from tests.proof import journal
from tests.proof.races import RECIPE, from_line
from waitbench.scenario import BenchError

ORDER = st.permutations(range(4))
ROUNDS = st.lists(st.integers(1, 10**11), min_size=1, max_size=3)
BLOCK = st.tuples(ORDER, st.lists(ROUNDS, min_size=4, max_size=4))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "proof" / "races.jsonl"


def test_what_is_appended_is_read_back(path: Path) -> None:
    journal.append(path, {"machine": {"cpu": "abacus"}})
    for number in range(2):
        journal.append(path, race(number=number, slow=0.05, launches=2).as_line())
    kept = journal.read(path)
    assert kept.machines == ({"cpu": "abacus"},)
    assert kept.races == tuple(race(number=number, slow=0.05, launches=2) for number in range(2))


def test_no_file_holds_no_races(path: Path) -> None:
    assert journal.read(path).races == ()
    journal.mend(path)
    assert not path.exists()


def test_a_line_that_was_cut_off_is_dropped_and_the_next_one_stands_by_itself(path: Path) -> None:
    journal.append(path, race(number=0).as_line())
    with path.open("ab") as file:
        file.write(b'{"race":1,"recipe":1,"ki')
    assert len(journal.read(path).races) == 1
    journal.mend(path)
    journal.append(path, race(number=1).as_line())
    assert [raced.number for raced in journal.read(path).races] == [0, 1]


@pytest.mark.parametrize("line", ["{]", "7", '{"race":1}', f'{{"recipe":{RECIPE},"race":1}}'])
def test_a_damaged_line_is_named(path: Path, line: str) -> None:
    journal.append(path, race().as_line())
    with path.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(BenchError, match=r"line 2 of .* is no race"):
        journal.read(path)


def test_races_of_another_recipe_are_counted_and_left_out(path: Path) -> None:
    journal.append(path, {**race().as_line(), "recipe": RECIPE - 1})
    journal.append(path, race(number=1).as_line())
    kept = journal.read(path)
    assert (len(kept.races), kept.older) == (1, 1)


def test_a_race_that_failed_is_kept_but_not_sound(path: Path) -> None:
    journal.append(path, race(failure="plain: died").as_line())
    kept = journal.read(path)
    assert (len(kept.races), kept.sound) == (1, [])


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BenchError, match="the race could not be kept"):
        journal.append(tmp_path / "file" / "races.jsonl", {})


@given(st.lists(st.lists(BLOCK, min_size=1, max_size=3), max_size=3))
def test_any_order_and_number_of_rounds_survives_the_file(
    drawn: list[list[tuple[list[int], list[list[int]]]]],
) -> None:
    launches = [
        [
            [[arm, *rounds] for arm, rounds in zip(order, walls, strict=True)]
            for order, walls in blocks
        ]
        for blocks in drawn
    ]
    line = {**race().as_line(), "launches_us": launches}
    assert json.loads(json.dumps(from_line(line).as_line())) == line
