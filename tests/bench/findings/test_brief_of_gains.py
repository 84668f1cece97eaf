"""What is unsure is never told as nothing, in the short form of who gains."""

import pytest

from waitbench.findings._gains import Gain, GainState
from waitbench.findings.waiting_or_computing import _gained


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (("unclear", "unclear"), "whether computing gains from threads or asyncio is unsure"),
        (("none", "none"), "computing gains from nothing"),
        (("none", "unclear"), "whether computing gains from asyncio is unsure"),
        (("gain", "unclear"), "computing gains from threads (unsure: asyncio)"),
        (("mixed", "none"), "computing gains in some cases only from threads"),
    ],
)
def test_nothing_is_said_only_where_it_is_sure(
    states: tuple[GainState, GainState], said: str
) -> None:
    gains = [
        Gain(model=model, state=state, ratios={}, faster=0)
        for model, state in zip(("threads", "asyncio"), states, strict=True)
    ]
    assert _gained("computing", gains) == said
