from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", params=["asyncio", "uvloop", "fast"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A target on each loop, and one of the fast engine: what it serves, all serve alike."""
    kind: str = request.param
    if kind == "uvloop":
        pytest.importorskip("uvloop", reason="pip install uvloop")
    options = ["--engine", "fast"] if kind == "fast" else ["--loop", kind]
    with Target(*options, "--seed", "7") as running:
        yield running
