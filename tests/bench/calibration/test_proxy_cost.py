from __future__ import annotations

import pytest

from waitbench.calibration.proxy_cost import idle_mb, message_us, most_idle, throughput

pytestmark = pytest.mark.processes


def test_a_message_costs_some_microseconds_and_a_connection_some_kilobytes() -> None:
    assert 1 < message_us(blocks=1, block_s=0.1, loop="asyncio") < 1000
    assert most_idle() > 100
    assert idle_mb(100, "asyncio") < 10


def test_bytes_a_second_are_compared_with_splice_in_pairs() -> None:
    ratio = throughput(blocks=2, block_s=0.05, loop="asyncio")["splice"]
    assert ratio.count == 2
    assert ratio.value > 0
