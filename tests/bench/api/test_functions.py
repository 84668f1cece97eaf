"""Functions as another process finds them: by name where they stand in a file, else by value."""

from __future__ import annotations

import pickle
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from waitbench.api import functions
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from pathlib import Path


def one() -> int:
    return 1


def two() -> int:
    return 2


def test_functions_are_called_by_their_own_names_or_by_those_given() -> None:
    assert functions.by_name([one, two]) == {"one": one, "two": two}
    assert functions.by_name({"a": one, "b": one}) == {"a": one, "b": one}


@pytest.mark.parametrize(
    ("raced", "why"),
    [
        ([one], "takes two functions or more"),
        ([], "takes two functions or more"),
        ([one, one], r"two functions are called 'one'.*\{\"old\": f"),
        ({"a": one, "b": 3}, "'b' is no function but int"),
    ],
)
def test_what_is_no_race_of_functions_is_refused(raced: object, why: str) -> None:
    with pytest.raises(BenchError, match=why):
        functions.by_name(raced)  # type: ignore[arg-type]


def test_a_function_of_a_module_goes_by_name_and_a_bound_one_by_its_value(tmp_path: Path) -> None:
    bound = partial(sorted, [2, 1])
    places = functions.targets({"one": sorted, "bound": bound}, tmp_path)
    assert places["one"] == "builtins:sorted"
    file, _, name = places["bound"].rpartition(":")
    with open(file, "rb") as packed:  # noqa: PTH123 - it is a text
        assert pickle.load(packed)[name]() == [1, 2]


def test_what_can_go_neither_way_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cloudpickle", None)  # not installed
    with pytest.raises(BenchError, match=r"top of a module; or .* pip install cloudpickle"):
        functions.targets({"a": lambda: 1, "b": one}, tmp_path)
    main = type("Item", (), {"__module__": "__main__", "__qualname__": "Item"})
    monkeypatch.setattr(sys.modules["__main__"], "Item", main, raising=False)
    with pytest.raises(BenchError, match="cannot go; or"):
        functions.packed([main()], "they cannot go")


def test_with_cloudpickle_a_function_of_a_cell_goes_by_its_value(tmp_path: Path) -> None:
    pytest.importorskip("cloudpickle")
    more = 2
    places = functions.targets({"a": lambda: 1 + more, "b": one}, tmp_path)
    with open(places["a"].rpartition(":")[0], "rb") as packed:  # noqa: PTH123 - as above
        assert pickle.load(packed)["a"]() == 3
