"""What is named on a command line, as the function that is called."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from waitbench.scenario import BenchError
from waitbench.workloads import _resolve

if TYPE_CHECKING:
    from pathlib import Path

CLASS = "class Shop:\n    def fetch(self, number):\n        return number\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{CLASS}corner = Shop()\n", "a method is named through an object: {}:corner.fetch"),
        (CLASS, "an object, which the module makes: shop = Shop(): {}:shop.fetch"),
    ],
)
def test_a_method_without_its_object_is_told_how_to_be_named(
    text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"resolved_{len(text)}"
    (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path])
    function = _resolve.resolve(f"{name}:Shop.fetch", str(tmp_path))
    with pytest.raises(BenchError) as refused:
        _resolve.bound(function, f"{name}:Shop.fetch", ([1], {}))
    assert str(refused.value).endswith(told.format(name))


def test_a_method_of_an_object_is_called_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "resolved_shop.py").write_text(f"{CLASS}corner = Shop()\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path])
    function = _resolve.resolve("resolved_shop:corner.fetch", str(tmp_path))
    _resolve.bound(function, "resolved_shop:corner.fetch", ([3], {}))
    assert function(3) == 3
