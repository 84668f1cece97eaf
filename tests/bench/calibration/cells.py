"""Made-up rounds for the tests of the calibrations."""

from __future__ import annotations

from tests.bench.synthetic import round_record
from waitbench.calibration._cell import CellResult
from waitbench.results.spans import encode_spans

MS = 1_000_000


def cell_result(
    *walls_ms: float, cpu_ms: float = 4, width: int = 4, waits_ms: float = 50
) -> CellResult:
    """Rounds of these walls, with a healthy target."""
    rounds = [
        round_record(
            round(wall_ms * MS),
            spans=encode_spans(
                [0] * 16,
                [round((waits_ms + 3) * MS)] * 8 + [round((waits_ms + 1) * MS)] * 8,
            ),
            cpu_ns=round(cpu_ms * MS),
            run_queue_ns=2 * MS,
            others_ns=MS,
            phases={"sending": MS // 2, "queue": 0, "injection_error": MS // 10, "return": MS},
            target={
                "asked_p50_ns": round(waits_ms * MS),
                "error_p50_ns": MS // 10,
                "cpu_ns": 2 * MS,
            },
        )
        for wall_ms in walls_ms
    ]
    return CellResult(
        width=width, waits_ns=waits_ms * MS, rounds=rounds, ran=len(rounds) + 1, disturbed=1
    )
