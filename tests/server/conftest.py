from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", params=["asyncio", "uvloop"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    loop: str = request.param
    if loop == "uvloop":
        pytest.importorskip("uvloop", reason="pip install uvloop")
    with Target("--loop", loop, "--seed", "7") as running:
        yield running
