from __future__ import annotations

import pytest

from waitbench.calibration.target_cost import bare, cost_ns, cpu_ns, measure

pytestmark = pytest.mark.processes


def test_cpu_time_of_another_process_only_grows() -> None:
    with bare("asyncio") as (url, pid):
        before_ns = cpu_ns(pid)
        assert cost_ns(url, pid, 0.1) > 0
        assert cpu_ns(pid) > before_ns > 0


def test_all_are_measured_in_pairs() -> None:
    costs = measure("asyncio", blocks=2, block_s=0.1)
    assert min(costs.target_ns, costs.bare_ns, costs.fast_ns) > 0
    for ratio in (costs.target, costs.fast):
        assert ratio.count == 2
        assert ratio.low is not None
        assert ratio.high is not None
        assert ratio.low < ratio.value < ratio.high
    assert costs.fast.value > 1
