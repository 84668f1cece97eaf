"""A test that is tried again fails when all of its tries have."""

import pytest

from tests.calm import TRIES, tried_again


@pytest.mark.parametrize("good", [1, TRIES])
def test_one_good_try_is_enough(good: int) -> None:
    tried: list[int] = []

    @tried_again
    def once_good() -> None:
        tried.append(1)
        assert len(tried) >= good

    once_good()
    assert len(tried) == good


def test_without_a_good_try_it_fails_as_it_would_have() -> None:
    tried: list[int] = []

    @tried_again
    def never_good() -> None:
        tried.append(1)
        assert not tried, "as ever"

    with pytest.raises(AssertionError, match="as ever"):
        never_good()
    assert len(tried) == TRIES
