"""A mistyped name is answered by the nearest one, any other by what there is."""

from __future__ import annotations

import pytest

from waitbench.did_you_mean import instead, nearest

MODELS = ("sync", "threads", "asyncio", "asyncio_tasks")


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("asynco", "did you mean 'asyncio'?"),
        ("ASYNCIO", "did you mean 'asyncio'?"),
        ("asyncio-tasks", "did you mean 'asyncio_tasks'?"),
        ("fibers", "there are sync, threads, asyncio, asyncio_tasks"),
        ("", "there are sync, threads, asyncio, asyncio_tasks"),
    ],
)
def test_a_word_is_answered_by_the_nearest_name_or_by_all(word: str, answer: str) -> None:
    assert instead(word, MODELS) == answer


def test_ninety_names_are_not_read_out() -> None:
    names = [f"http-{number}ms" for number in range(90)]
    assert instead("nonsense", names) == f"there are {', '.join(names[:12])}, 78 more"
    assert nearest("htp-7ms", names) == "http-7ms"
