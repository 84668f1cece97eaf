"""Gates that are quick."""

import pytest

from waitbench.gate import decision, second_instrument, time_allocation


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few pairs and little time: enough to see what is twice as slow."""
    looks = {
        3: decision.Look(error=0.0, same_error=0.2),
        5: decision.Look(error=0.01, same_error=0.2),
    }
    monkeypatch.setattr(decision, "look_after", looks.get)
    monkeypatch.setattr(decision, "MOST_PAIRS", 5)
    monkeypatch.setattr(time_allocation, "MOST_S", 0.08)
    monkeypatch.setattr(time_allocation, "LEAST_S", 0.08)
    monkeypatch.setattr(time_allocation, "USUAL_S", 0.08)


@pytest.fixture(autouse=True)
def by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gates of these tests count instructions only where they ask for it: that takes seconds."""
    monkeypatch.setattr(second_instrument, "DEFAULT", "wall")
