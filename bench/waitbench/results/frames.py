"""Records in, one flat row per round out: for CSV, and as a data frame for notebooks."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from waitbench.results.validity import standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from waitbench.results.record import ContestantRecord

NESTED = {"phases": "phase", "metrics": "metric", "target": "target"}
"""Mappings within a round, whose names become columns: what those are called before `_`."""


def flat(contestants: Iterable[ContestantRecord]) -> Iterator[dict[str, Any]]:
    """Return a row for each round or turn under load, in the order of the file.

    Beside the fields of the record: `scenario`, `suite`, `workload`, `model`; `timed`, whether it
    counts as a time; `left_out`, whether it does not because an undisturbed one stands beside it;
    `phase_…`, where its time went, `metric_…`, what the workload said, `target_…`, what the target
    did. `spans` are packed (`waitbench.results.spans.decode_spans`).
    """
    for record in contestants:
        whose = {
            "scenario": record.scenario.name,
            "suite": record.scenario.suite,
            "workload": record.scenario.workload,
            "model": record.name,
        }
        measurements = record.measurements
        for each, standing in zip(measurements, standings(measurements), strict=True):
            values = {field.name: getattr(each, field.name) for field in fields(each)}
            nested = {prefix: values.pop(name, None) or {} for name, prefix in NESTED.items()}
            yield {
                **whose,
                **values,
                "left_out": standing == "left_out",
                "timed": standing == "timed",
                **{
                    f"{prefix}_{name}": value
                    for prefix, within in nested.items()
                    for name, value in within.items()
                },
            }


def to_frame(contestants: Iterable[ContestantRecord]) -> pd.DataFrame:
    """Return the same as a data frame."""
    import pandas as pd

    return pd.DataFrame.from_records(list(flat(contestants)))
