"""Tests as pytest has them: which are benchmarks, and how one is run apart from the others."""

from __future__ import annotations

import functools
import hashlib
import inspect
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .fixture import Benchmark

FIXTURES = ("benchmark", "benchmark_weave", "codspeed_benchmark")
MARKERS = ("benchmark", "codspeed_benchmark")
BENCHMARK: pytest.StashKey[Benchmark] = pytest.StashKey()
"""Where a test keeps its fixture."""


def place(item: pytest.Item) -> dict[str, Any]:
    """Return in which line of its file a test begins, and a hash of its source."""
    try:
        source = inspect.getsource(inspect.unwrap(item.function))  # type: ignore[attr-defined]
    except (AttributeError, OSError, TypeError):
        source = ""
    return {
        "line": (item.location[1] or 0) + 1,
        "source": hashlib.sha256(source.encode()).hexdigest()[:16],
    }


def taken_away(item: pytest.Item) -> str | None:
    """Return where the fixture `benchmark` of a test comes from, if it is not ours."""
    definitions = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined] # noqa: SLF001
    for name in FIXTURES:
        for definition in definitions.get(name, ())[-1:]:
            module = getattr(definition.func, "__module__", "") or ""
            if not module.startswith(__package__ or "waitbench"):
                return f"`{name}` is a fixture of {module}, which never calls pytest-benchmark's"
    return None


def uses_fixture(item: pytest.Item) -> bool:
    """Whether a test has a fixture that times a call."""
    return any(name in FIXTURES for name in getattr(item, "fixturenames", ()))


def is_benchmark(item: pytest.Item) -> bool:
    """Whether a test has the fixture, or a marker that has all of it timed."""
    return uses_fixture(item) or any(item.get_closest_marker(name) for name in MARKERS)


def awaiting(function: Any, item: pytest.Item) -> Any:
    """Return an async test that awaits at its end what its benchmark was given, if it did not."""

    @functools.wraps(function)
    async def test(*args: Any, **kwargs: Any) -> None:
        await function(*args, **kwargs)
        fixture = item.stash.get(BENCHMARK, None)
        if fixture is not None and fixture.pending is not None and not fixture.pending.awaited:
            await fixture.pending

    return test


class Sibling:
    """Stands for another test beside one: what they share is not torn down yet."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item

    def listchain(self) -> list[Any]:
        """Return all that such a test would be in."""
        return self._item.listchain()[:-1]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._item, name)
