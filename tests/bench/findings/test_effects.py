"""No figure of a claim without a word of what it is of."""

import inspect

import pytest

from waitbench import registry


@pytest.mark.parametrize("name", sorted(registry.files("findings")))
def test_whoever_gives_a_figure_says_what_it_is_of(name: str) -> None:
    source = inspect.getsource(registry.load("findings", name))
    assert ("effect=" in source) == ("effect_of=" in source)
