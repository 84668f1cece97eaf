"""Benchmarks that do nothing: what is counted of them is the harness's own part."""


def bench_nothing() -> None:
    """Do nothing."""


async def bench_nothing_awaited() -> None:
    """Do nothing, and be awaited."""
