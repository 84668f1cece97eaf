from collections.abc import Iterator

import pytest

from tests.bench.report.runs import with_few_claims


@pytest.fixture(autouse=True)
def few_claims() -> Iterator[None]:
    with with_few_claims():
        yield
