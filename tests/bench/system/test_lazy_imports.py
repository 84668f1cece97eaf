"""Imports that were put off are done before a clock runs."""

from __future__ import annotations

import sys
import types

import pytest

from waitbench.system import lazy_imports


class PutOff:
    """Stands for Python's own type of an import that has not been done."""


class Module(types.ModuleType):
    """A module that does such an import when it is asked for it, as Python does."""

    def __getattribute__(self, name: str) -> object:
        there = types.ModuleType.__getattribute__(self, name)
        if type(there) is PutOff:
            if name == "broken":
                raise ImportError(name)
            inner = Module("inner")
            inner.__dict__["deeper"] = PutOff() if name == "first" else 1
            sys.modules[f"put_off_{name}"] = inner
            self.__dict__[name] = inner
            return inner
        return there


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Module:
    module = Module("put_off")
    module.__dict__.update(first=PutOff(), broken=PutOff(), plain=1)
    for name in ("put_off", "put_off_first", "put_off_deeper"):
        monkeypatch.setitem(sys.modules, name, module if name == "put_off" else Module(name))
    monkeypatch.setattr(lazy_imports, "LAZY", PutOff)
    return module


def test_what_was_put_off_is_imported_and_what_that_puts_off_too(
    module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "get_lazy_imports", lambda: "all", raising=False)
    lazy_imports.touch()
    first = vars(module)["first"]
    assert isinstance(first, Module)
    assert isinstance(vars(first)["deeper"], Module)
    assert isinstance(vars(module)["broken"], PutOff)  # whoever needs it is told


def test_what_a_library_puts_off_by_itself_is_left(
    module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "get_lazy_imports", lambda: "normal", raising=False)
    lazy_imports.touch()
    assert isinstance(vars(module)["first"], PutOff)
