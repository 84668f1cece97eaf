"""The house keeps its walls: rooms, floors, what may import what."""

from __future__ import annotations

import pytest

from tests import rooms


@pytest.fixture(scope="module")
def house() -> rooms.House:
    return rooms.house()


def test_at_most_eight_modules_stand_loose_beside_the_rooms(house: rooms.House) -> None:
    assert len([name for name in house.loose if name != "__init__"]) <= 8


def test_no_import_runs_upward_or_in_a_circle(house: rooms.House) -> None:
    assert house.upward == ()
    assert house.circles == ()


def test_no_private_module_is_imported_from_another_folder(house: rooms.House) -> None:
    assert house.private == ()


def test_every_room_has_its_place_in_the_order_of_layers(house: rooms.House) -> None:
    assert set(house.rooms) - set(rooms.layers()) == {"__init__"}


def test_a_circle_and_an_import_of_a_private_module_would_be_seen() -> None:
    assert rooms.circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == (("a", "b", "c"),)
    assert rooms.floors({"a": {"b"}, "b": set(), "c": {"a", "b"}}) == (("b",), ("a",), ("c",))
    assert rooms.trespasses("waitbench.gate.decision", "waitbench.report._tables")
    assert not rooms.trespasses("waitbench.gate.formats.json", "waitbench.gate._texts")
